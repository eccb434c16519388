package io.github.fuseml.ovms.core.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IoErrorsTest {
  private static final String SUBJECT = "/model";

  static Stream<Arguments> errors() {
    return Stream.of(
        row(
            new NoSuchFileException(SUBJECT),
            NotFoundException.class,
            false,
            "cannot read /model: no such file or directory; check the path"),
        row(
            new NoSuchFileException("/model/part"),
            NotFoundException.class,
            false,
            "no such file or directory: /model/part"),
        row(
            new FileNotFoundException("/model (No such file or directory)"),
            NotFoundException.class,
            false,
            "no such file or directory"),
        row(
            new java.nio.file.AccessDeniedException(SUBJECT),
            AccessDeniedException.class,
            false,
            "cannot read /model: permission denied; run as a user with the rights"),
        row(
            new java.nio.file.AccessDeniedException("/model/part"),
            AccessDeniedException.class,
            false,
            "permission denied on /model/part"),
        row(
            new FileSystemException(SUBJECT, null, "Operation not permitted"),
            AccessDeniedException.class,
            false,
            "Operation not permitted; run as a user with the rights"),
        row(
            new FileSystemException(SUBJECT, null, "Read-only file system"),
            AccessDeniedException.class,
            false,
            "Read-only file system; choose a directory that is writable"),
        row(
            new IOException("No space left on device"),
            TransferException.class,
            true,
            "No space left on device; free some space"),
        row(
            new FileSystemException(SUBJECT, null, "Disk quota exceeded"),
            TransferException.class,
            true,
            "Disk quota exceeded; free some space"),
        row(
            new NotDirectoryException(SUBJECT),
            NotFoundException.class,
            false,
            "cannot read /model: it is not a directory; give a directory"),
        row(
            new FileSystemException(SUBJECT, null, "Not a directory"),
            NotFoundException.class,
            false,
            "Not a directory; give a directory"),
        row(
            new FileSystemException(SUBJECT, null, "File name too long"),
            NotFoundException.class,
            false,
            "File name too long; check the path"),
        row(
            new FileSystemException(
                SUBJECT, null, "Too many levels of symbolic links or unable to access attributes"),
            NotFoundException.class,
            false,
            "its symbolic links form a loop; check where the links lead"),
        row(
            new FileSystemLoopException(SUBJECT),
            NotFoundException.class,
            false,
            "its symbolic links form a loop"),
        row(
            new ClosedByInterruptException(),
            TransferException.class,
            true,
            "cannot read /model: the thread was interrupted"),
        row(
            new FileAlreadyExistsException("/model/1"),
            TransferException.class,
            true,
            "/model/1 exists already"),
        row(
            new IOException("Input/output error"),
            TransferException.class,
            true,
            "cannot read /model: Input/output error"),
        row(new IOException(), TransferException.class, true, "cannot read /model: IOException"));
  }

  private static Arguments row(
      IOException error,
      Class<? extends OvmsConverterException> type,
      boolean retryable,
      String message) {
    return Arguments.of(error, type, retryable, message);
  }

  @ParameterizedTest
  @MethodSource("errors")
  void givenAnErrorOfTheFileSystemWhenTranslatedThenItSaysWhatToDo(
      IOException error, Class<?> type, boolean retryable, String message) {
    OvmsConverterException translated = IoErrors.translate(error, "read", SUBJECT);

    assertThat(translated).isInstanceOf(type).hasMessageContaining(message).hasCause(error);
    assertThat(translated.isRetryable()).isEqualTo(retryable);
  }

  @Test
  void givenOneOfTheLibrarysErrorsInsideWhenTranslatedThenItIsThatOne() {
    TransferException own = new TransferException(Problem.of("read"));

    assertThat(IoErrors.translate(new IOException(own), "copy", SUBJECT)).isSameAs(own);
  }

  @Test
  void givenAnUncheckedErrorWhenTranslatedThenItIsTheOneInside() {
    UncheckedIOException error = new UncheckedIOException(new NoSuchFileException(SUBJECT));

    assertThat(IoErrors.translate(error, "read", SUBJECT)).isInstanceOf(NotFoundException.class);
  }
}
