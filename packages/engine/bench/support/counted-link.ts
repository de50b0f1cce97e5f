/** A link that counts what goes over it, both ways. */
import type { Link } from "@amigos/engine";

export interface CountedLink extends Link {
  /** Of all messages so far, as they are on the link. */
  readonly bytes: () => number;
}

export function counted(link: Link): CountedLink {
  let bytes = 0;
  return {
    name: link.name,
    bytes: () => bytes,
    stop: () => link.stop(),
    start: (onConnection) =>
      link.start((connection) =>
        onConnection({
          description: connection.description,
          start: ({ onMessage, onClose }) =>
            connection.start({
              onMessage: (message) => {
                bytes += message.length;
                onMessage(message);
              },
              onClose,
            }),
          send: (message) => {
            bytes += message.length;
            connection.send(message);
          },
          close: (reason) => connection.close(reason),
        }),
      ),
  };
}
