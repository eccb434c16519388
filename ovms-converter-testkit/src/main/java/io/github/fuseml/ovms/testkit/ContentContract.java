package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code write} of content that is no file, and of content that fails. */
abstract class ContentContract extends WritingContract {
  private static final int LARGE = 20 * 1024 * 1024;

  ContentContract() {}

  @Test
  void givenContentThatIsNoFileWhenWrittenThenAllOfItArrivesAndItsStreamsAreClosed() {
    assumeCan(StoreCapability.WRITE);

    for (WriteMode mode : WriteMode.values()) {
      for (int size : new int[] {0, 1, 100_000}) {
        Location location = base().resolve("of " + size + " " + mode);
        byte[] bytes = random(size, size);
        TestContent content = TestContent.of(bytes);

        Artifact written = store().write(location, content, mode);

        assertThat(written.size()).isEqualTo(size);
        assertThat(readAll(written)).isEqualTo(bytes);
        assertThat(content.unclosed()).as("streams that were not closed").isZero();
      }
    }
  }

  @Test
  void givenLargeContentThatIsNoFileWhenWrittenThenAllOfItArrivesAndItsStreamsAreClosed() {
    assumeCan(StoreCapability.WRITE);
    byte[] bytes = random(1, LARGE);
    TestContent content = TestContent.of(bytes);

    Artifact written = store().write(base().resolve("large"), content, WriteMode.CREATE_ONLY);

    assertThat(Arrays.equals(readAll(written), bytes)).as("the same content").isTrue();
    assertThat(content.unclosed()).as("streams that were not closed").isZero();
  }

  @Test
  void givenOneContentWhenWrittenByManyThreadsThenEachWriteIsWhole() {
    assumeCan(StoreCapability.WRITE);
    byte[] bytes = random(2, 500_000);
    TestContent content = TestContent.of(bytes);
    List<Callable<Artifact>> writers = IntStream.range(0, 6)
        .<Callable<Artifact>>mapToObj(number ->
            () -> store().write(base().resolve("to/" + number), content, WriteMode.CREATE_ONLY))
        .toList();

    assertThat(Together.run(writers))
        .allSatisfy(outcome -> assertThat(outcome.error()).isNull());

    for (int number = 0; number < writers.size(); number++) {
      assertThat(contentAt(base().resolve("to/" + number))).isEqualTo(bytes);
    }
  }

  @Test
  void givenAWriteWhenItSucceedsThenWhatWasToldOfItsProgressAddsUpToTheSize() {
    assumeCan(StoreCapability.WRITE);

    for (WriteMode mode : WriteMode.values()) {
      for (int size : new int[] {0, 1, 100_000, LARGE}) {
        TestContent content = TestContent.of(new byte[size]);

        store().write(base().resolve("of " + size + " " + mode), content, mode);

        assertThat(content.sent()).as("%s of %d bytes", mode, size).isEqualTo(size);
      }
    }
  }

  @Test
  void givenContentOfAnotherStoreWhenItFailsThenThatStoresErrorIsPassedOnAndNothingIsWritten() {
    assumeCan(StoreCapability.WRITE);
    OvmsConverterException error = new AccessDeniedException(
        Problem.of("read").on("other://bucket/model").found("the other store does not let us"));
    IOException wrapped = new IOException("wrapped", error);

    for (int size : new int[] {10, LARGE}) {
      assertPassedOn(TestContent.notOpening(size, wrapped), error);
      assertPassedOn(TestContent.failingAfter(new byte[size / 2], size, wrapped), error);
      assertPassedOn(TestContent.failingAfter(new byte[size / 2], size, error), error);
    }
  }

  private void assertPassedOn(TestContent content, OvmsConverterException error) {
    assertThat(failuresOf(content)).allSatisfy(failure -> assertThat(failure).isSameAs(error));
  }

  @Test
  void givenContentThatCannotBeReadWhenWrittenThenNothingIsWritten() {
    assumeCan(StoreCapability.WRITE);
    IOException error = new IOException("the source is gone");

    for (int size : new int[] {10, LARGE}) {
      assertTransferFails(TestContent.notOpening(size, error));
      assertTransferFails(TestContent.failingAfter(new byte[size / 2], size, error));
    }
  }

  @Test
  void givenContentThatIsShorterThanPromisedWhenWrittenThenNothingIsWritten() {
    assumeCan(StoreCapability.WRITE);

    assertTransferFails(TestContent.promising(1, new byte[0]));
    assertTransferFails(TestContent.promising(1000, new byte[999]));
    assertTransferFails(TestContent.promising(LARGE, new byte[LARGE - 1]));
  }

  private void assertTransferFails(TestContent content) {
    assertThat(failuresOf(content))
        .allSatisfy(failure -> assertThat(failure).isInstanceOf(TransferException.class));
  }

  /** What creating and replacing an artifact fails with; that nothing has changed is checked here. */
  private List<Throwable> failuresOf(TestContent content) {
    Location old = base().resolve("old");
    put(old, utf8("old"));

    Throwable created = catchThrowable(
        () -> store().write(base().resolve("new/model"), content, WriteMode.CREATE_ONLY));
    Throwable replaced = catchThrowable(() -> store().write(old, content, WriteMode.REPLACE));

    assertThat(contentAt(old)).isEqualTo(utf8("old"));
    assertThat(pathsBelow(base())).containsExactly("old");
    assertThat(content.unclosed()).as("streams that were not closed").isZero();
    return Arrays.asList(created, replaced);
  }

  @Test
  void givenADisposableFileWhenWrittenThenItArrives() {
    assumeCan(StoreCapability.WRITE);

    for (WriteMode mode : WriteMode.values()) {
      Content content = Content.ofDisposable(file(utf8("content")));

      Artifact written = store().write(base().resolve("to/" + mode), content, mode);

      assertThat(readAll(written)).isEqualTo(utf8("content"));
    }
  }

  @Test
  void givenADisposableFileWhenTheWriteFailsThenItIsStillThere() {
    assumeCan(StoreCapability.WRITE);
    put(base().resolve("model"), utf8("old"));
    Path file = file(utf8("new"));

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> store()
            .write(base().resolve("model"), Content.ofDisposable(file), WriteMode.CREATE_ONLY));

    assertThat(file).hasBinaryContent(utf8("new"));
    assertThat(contentAt(base().resolve("model"))).isEqualTo(utf8("old"));
  }
}
