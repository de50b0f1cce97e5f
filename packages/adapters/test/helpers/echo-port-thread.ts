/** A worker thread with a MessagePort link that sends back what it hears. Its data is the port. */
import { workerData, type MessagePort } from "node:worker_threads";
import { createMessagePortLink } from "@amigos/adapters/link-message-port";

const link = createMessagePortLink({ port: workerData as MessagePort, heartbeatMs: 1_000 });
await link.start((connection) => {
  connection.start({
    onMessage: (message) => connection.send(message),
    onClose: () => {},
  });
});
