package io.github.fuseml.ovms.core.internal.io;

/**
 * Lets the calling thread do what has to be done although it was interrupted, such as to remove what is
 * left.
 */
public final class Uninterrupted {
  private Uninterrupted() {}

  /**
   * Does it as if there had been no interrupt, and has the thread interrupted again afterwards.
   *
   * @param work what has to be done
   */
  public static void run(Runnable work) {
    boolean interrupted = Thread.interrupted();
    try {
      work.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
