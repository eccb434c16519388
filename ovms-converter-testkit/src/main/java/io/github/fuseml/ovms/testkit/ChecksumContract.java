package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code checksums}. */
abstract class ChecksumContract extends ReadingContract {
  private static final int LARGE = 20 * 1024 * 1024;

  ChecksumContract() {}

  @Test
  void givenAnArtifactWhenAskedForItsChecksumsThenTheyAreThoseOfItsContent() {
    for (int size : new int[] {0, 1, 100_000}) {
      byte[] content = random(size, size);

      assertAgree(putAndFind(base().resolve("of " + size), content), content);
    }
  }

  @Test
  void givenAnArtifactThatWasWrittenWhenAskedForItsChecksumsThenTheyAreThoseOfItsContent() {
    assumeCan(StoreCapability.WRITE);
    byte[] content = random(1, LARGE); // Perhaps in parts, whose checksums are not the content's.

    Artifact written = store().write(base().resolve("large"), file(content), WriteMode.CREATE_ONLY);

    assertAgree(written, content);
    assertAgree(store().list(base()).get(0), content);
  }

  private void assertAgree(Artifact artifact, byte[] content) {
    List<Checksum> checksums = store().checksums(artifact);

    assertThat(checksums).extracting(Checksum::algorithm).doesNotHaveDuplicates();
    assertThat(checksums)
        .allSatisfy(checksum -> assertThat(checksum)
            .as("of %d bytes", content.length)
            .isEqualTo(Checksums.of(checksum.algorithm(), content)));
  }

  @Test
  void givenAnArtifactThatHasChangedWhenAskedForItsChecksumsThenTheyAreNotThoseOfTheNewContent() {
    byte[] old = random(2, 1000);
    Artifact artifact = putAndFind(base().resolve("model"), old);
    assumeHasRevision(artifact);
    put(artifact.location(), random(3, 1000));

    try {
      assertAgree(artifact, old);
    } catch (TransferException | NotFoundException e) {
      // The old version is gone: refusing to tell is right.
    }
  }
}
