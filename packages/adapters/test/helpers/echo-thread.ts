/** A worker thread with a BroadcastChannel link that sends back what it hears. Its data names the channel. */
import { workerData } from "node:worker_threads";
import { createBroadcastChannelLink } from "@amigos/adapters/link-broadcast-channel";

const link = createBroadcastChannelLink({ channel: workerData as string, heartbeatMs: 100 });
await link.start((connection) => {
  connection.start({
    onMessage: (message) => connection.send(message),
    onClose: () => {},
  });
});
