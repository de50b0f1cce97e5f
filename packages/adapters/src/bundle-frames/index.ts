/**
 * A bundle as animated codes: from one screen to one camera, with nothing coming back.
 *
 * ```ts
 * const { frame } = createFrames(bundle); // shows frame(0), frame(1), … five times a second
 *
 * const collector = new FrameCollector();
 * const read = collector.add(text); // read.value.message is the bundle, once enough frames were seen
 * ```
 */
export { FrameCollector, type CollectError, type FrameProgress } from "./frame-collector.ts";
export { isFrameText, type FrameError } from "./frame.ts";
export { createFrames, type Frames, type FramesOptions } from "./frames.ts";
