package io.github.fuseml.ovms.core.internal.io;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Objects;

/** Turns the errors of this machine's file system into the library's, in one place. */
public final class IoErrors {
  private IoErrors() {}

  /**
   * The error to throw for an exception of the file system.
   *
   * @param error what the file system said
   * @param tried the action that failed, as it continues "cannot …"
   * @param subject what it was tried on
   * @return the error, with the cause in it
   */
  public static OvmsConverterException translate(IOException error, String tried, Object subject) {
    if (error.getCause() instanceof OvmsConverterException own) {
      return own;
    }
    Problem problem = Problem.of(tried).on(subject).found(reason(error, subject));
    if (error instanceof NoSuchFileException || error instanceof FileNotFoundException) {
      return new NotFoundException(problem.remedy("check the path"), error);
    }
    String text = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    if (error instanceof java.nio.file.AccessDeniedException
        || text.contains("operation not permitted")) {
      return new AccessDeniedException(
          problem.remedy("run as a user with the rights, or change them"), error);
    }
    if (text.contains("read-only file system")) {
      return new AccessDeniedException(
          problem.remedy("choose a directory that is writable"), error);
    }
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return new TransferException(
          problem.remedy("free some space, or choose another directory").mayHelpToRetry(), error);
    }
    if (error instanceof NotDirectoryException || text.contains("not a directory")) {
      return new NotFoundException(problem.remedy("give a directory"), error);
    }
    if (error instanceof FileSystemLoopException
        || text.contains("too many levels of symbolic links")) {
      return new NotFoundException(problem.remedy("check where the links lead"), error);
    }
    if (text.contains("file name too long")) {
      return new NotFoundException(problem.remedy("check the path"), error);
    }
    return new TransferException(problem.mayHelpToRetry(), error);
  }

  /**
   * The error to throw for an exception that hides one of the file system.
   *
   * @param error what a stream of paths threw
   * @param tried the action that failed
   * @param subject what it was tried on
   * @return the error, with the cause in it
   */
  public static OvmsConverterException translate(
      UncheckedIOException error, String tried, Object subject) {
    return translate(Objects.requireNonNull(error.getCause()), tried, subject);
  }

  private static String reason(IOException error, Object subject) {
    if (error instanceof NoSuchFileException || error instanceof FileNotFoundException) {
      String file = error instanceof FileSystemException system ? system.getFile() : null;
      boolean same = file == null || file.equals(subject.toString());
      return same ? "no such file or directory" : "no such file or directory: " + file;
    }
    if (error instanceof ClosedByInterruptException) {
      return "the thread was interrupted";
    }
    if (error instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " exists already";
    }
    if (error instanceof java.nio.file.AccessDeniedException denied) {
      String file = denied.getFile();
      boolean same = file == null || file.equals(subject.toString());
      return same ? "permission denied" : "permission denied on " + file;
    }
    if (error instanceof NotDirectoryException) {
      return "it is not a directory";
    }
    if (error instanceof FileSystemLoopException) {
      return "its symbolic links form a loop";
    }
    if (error instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason().startsWith("Too many levels of symbolic links")
          ? "its symbolic links form a loop"
          : system.getReason();
    }
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }
}
