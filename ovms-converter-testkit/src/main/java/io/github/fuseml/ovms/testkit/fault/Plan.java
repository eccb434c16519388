package io.github.fuseml.ovms.testkit.fault;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What is to be done with one request. Used by one thread. */
final class Plan {
  /** Goes back without asking the server. */
  @Nullable
  HttpHead answer;

  /** The connection ends before the server is asked. */
  boolean cutsBefore;

  /** The connection ends when the server has answered. */
  boolean dropsAnswer;

  /** The server does not see that a range was asked for. */
  boolean hidesRange;

  /** Goes back as a whole, whatever the range was. */
  @Nullable
  Path whole;

  /** The length to which a partial answer is shortened, -1 for its own. */
  long shortenedTo = -1;

  final BodyScript request = new BodyScript();
  final BodyScript response = new BodyScript();
}
