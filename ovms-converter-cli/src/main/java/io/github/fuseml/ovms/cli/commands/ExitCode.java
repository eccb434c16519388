package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.Diagnosis;
import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.IncompleteCopyException;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.UnsupportedFormatException;
import io.github.fuseml.ovms.api.VerificationFailedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the process ends with: one code for each exception of the API, and a few of the process. */
public enum ExitCode {
  /** Done. */
  OK(0, null, "done"),
  /** A bug. */
  UNEXPECTED(1, null, "unexpected: a bug of the program"),
  /** See {@link BadRequestException}; also a wrong command line. */
  BAD_REQUEST(2, BadRequestException.class, "a wrong option, variable or request"),
  /** See {@link NotFoundException}. */
  NOT_FOUND(3, NotFoundException.class, "the model or a file of it is not there"),
  /** See {@link AccessDeniedException}. */
  ACCESS_DENIED(4, AccessDeniedException.class, "not allowed to read or write there"),
  /** See {@link TransferException}. */
  TRANSFER_FAILED(5, TransferException.class, "reading, writing or moving bytes failed"),
  /** See {@link UnsupportedFormatException}. */
  UNSUPPORTED_FORMAT(6, UnsupportedFormatException.class, "unknown or unsupported format"),
  /** See {@link ConversionFailedException}. */
  CONVERSION_FAILED(7, ConversionFailedException.class, "the engine could not convert the model"),
  /** See {@link VerificationFailedException}. */
  VERIFICATION_FAILED(
      8, VerificationFailedException.class, "the converted model is not what it should be"),
  /** See {@link ConflictException}. */
  CONFLICT(9, ConflictException.class, "what should be written is there already"),
  /** See {@link EngineMissingException}. */
  ENGINE_MISSING(10, EngineMissingException.class, "no conversion engine that works"),
  /** See {@link ConversionCancelledException}; the Java runtime ends with it after a SIGINT. */
  INTERRUPTED(130, ConversionCancelledException.class, "cancelled (SIGINT)"),
  /** The Java runtime ends with it after a SIGTERM, whatever the program says. */
  TERMINATED(143, null, "cancelled (SIGTERM)");

  private final int code;
  private final @Nullable Class<? extends OvmsConverterException> exception;
  private final String meaning;

  ExitCode(int code, @Nullable Class<? extends OvmsConverterException> exception, String meaning) {
    this.code = code;
    this.exception = exception;
    this.meaning = meaning;
  }

  /**
   * The number.
   *
   * @return the process's exit code
   */
  public int code() {
    return code;
  }

  /**
   * What it tells.
   *
   * @return a few words
   */
  public String meaning() {
    return meaning;
  }

  /**
   * The code for an error.
   *
   * @param error what was thrown
   * @return its code, {@link #UNEXPECTED} if it is none of the API's
   */
  public static ExitCode of(Throwable error) {
    if (error instanceof IncompleteCopyException incomplete && incomplete.getCause() != null) {
      return of(incomplete.getCause());
    }
    for (ExitCode candidate : values()) {
      if (candidate.exception != null && candidate.exception.isInstance(error)) {
        return candidate;
      }
    }
    return UNEXPECTED;
  }

  /**
   * The code for a diagnosis: of the first step that failed.
   *
   * @param diagnosis what was found
   * @return {@link #OK} if nothing failed
   */
  static ExitCode of(Diagnosis diagnosis) {
    for (Diagnosis.Check check : diagnosis.checks()) {
      if (check.outcome() == Diagnosis.Outcome.FAILED) {
        return of(check);
      }
    }
    return OK;
  }

  /** By the words of the step's name; what comes before the store answers at all is a transfer. */
  private static ExitCode of(Diagnosis.Check check) {
    String name = check.name().toLowerCase(Locale.ROOT);
    if (name.contains("setting")) {
      return BAD_REQUEST;
    }
    if (name.contains("exists")) {
      return NOT_FOUND;
    }
    for (String word : List.of("credential", "clock", "list", "read", "writ")) {
      if (name.contains(word)) {
        return ACCESS_DENIED;
      }
    }
    return TRANSFER_FAILED;
  }

  /**
   * The table for the help.
   *
   * @return numbers and meanings
   */
  static Map<String, String> table() {
    Map<String, String> table = new LinkedHashMap<>();
    for (ExitCode each : values()) {
      table.put(Integer.toString(each.code), each.meaning);
    }
    return table;
  }
}
