package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What is a directory: an empty one, a marker, one with the name of an artifact. */
abstract class DirectoryContract extends ContentContract {
  DirectoryContract() {}

  @Test
  void givenAnEmptyDirectoryWhenLookedAtThenItExistsAndIsNoArtifact() {
    assumeEmptyDirectory(base().resolve("models/empty"));

    assertThat(store().exists(base().resolve("models/empty"))).isTrue();
    assertThat(store().exists(base().resolve("models/empty/"))).isTrue();
    assertThat(store().find(base().resolve("models/empty"))).isEmpty();
    assertThat(store().find(base().resolve("models/empty/"))).isEmpty();
    assertThat(store().list(base())).isEmpty();
    assertThat(store().list(base().resolve("models/empty"))).isEmpty();
    assertThat(store().listDirectories(base().resolve("models"))).containsExactly("empty");
    assertThat(store().listDirectories(base().resolve("models/empty"))).isEmpty();
  }

  @Test
  void givenADirectoryThatWasMadeByItselfWhenItHasArtifactsThenOnlyTheyAreListed() {
    assumeEmptyDirectory(base().resolve("model"));
    put(base().resolve("model/1/a"), utf8("a"));

    assertThat(pathsBelow(base())).containsExactly("model/1/a");
    assertThat(pathsBelow(base().resolve("model"))).containsExactly("1/a");
    assertThat(store().listDirectories(base().resolve("model"))).containsExactly("1");
  }

  @Test
  void givenAnEmptyDirectoryWhenDeletedAsAnArtifactThenItStays() {
    assumeCan(StoreCapability.WRITE);
    assumeEmptyDirectory(base().resolve("model"));

    store().delete(base().resolve("model"));
    store().delete(base().resolve("model/"));

    assertThat(store().exists(base().resolve("model/"))).isTrue();
  }

  private void assumeEmptyDirectory(Location directory) {
    Assumptions.assumeTrue(putEmptyDirectory(directory), "the store has no empty directories");
  }

  @Test
  void givenAnArtifactAndADirectoryOfOneNameWhenLookedAtThenBothAreThere() {
    assumeObjectStore();
    put(base().resolve("model"), utf8("object"));
    put(base().resolve("model/a"), utf8("below"));

    assertThat(contentAt(base().resolve("model"))).isEqualTo(utf8("object"));
    assertThat(contentAt(base().resolve("model/a"))).isEqualTo(utf8("below"));
    assertThat(store().exists(base().resolve("model"))).isTrue();
    assertThat(store().exists(base().resolve("model/"))).isTrue();
    assertThat(pathsBelow(base())).containsExactly("model", "model/a");
    assertThat(pathsBelow(base().resolve("model"))).containsExactly("a");
    assertThat(store().listDirectories(base())).containsExactly("model");
  }

  @Test
  void givenAnArtifactAndADirectoryOfOneNameWhenTheArtifactIsDeletedThenTheDirectoryStays() {
    assumeCan(StoreCapability.WRITE);
    assumeObjectStore();
    put(base().resolve("model"), utf8("object"));
    put(base().resolve("model/a"), utf8("below"));

    store().delete(base().resolve("model"));

    assertThat(pathsBelow(base())).containsExactly("model/a");
    assertThat(store().find(base().resolve("model"))).isEmpty();
  }

  @Test
  void givenADirectoryWhenAnArtifactOfItsNameIsCreatedThenThatIsNoConflict() {
    assumeCan(StoreCapability.WRITE);
    assumeObjectStore();
    put(base().resolve("model/a"), utf8("below"));

    store().write(base().resolve("model"), file(utf8("object")), WriteMode.CREATE_ONLY);

    assertThat(pathsBelow(base())).containsExactly("model", "model/a");
  }

  private void assumeObjectStore() {
    Assumptions.assumeTrue(isObjectStore(), "a name is an artifact or a directory, not both");
  }

  @Test
  void givenADirectoryOfThatNameWhenAnArtifactIsWrittenThenItFailsAndNothingChanges() {
    assumeCan(StoreCapability.WRITE);
    Assumptions.assumeFalse(isObjectStore(), "a name can be an artifact and a directory");
    put(base().resolve("model/a"), utf8("below"));

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(
            () -> store().write(base().resolve("model"), file(utf8("new")), WriteMode.CREATE_ONLY));
    assertThatExceptionOfType(OvmsConverterException.class)
        .isThrownBy(
            () -> store().write(base().resolve("model"), file(utf8("new")), WriteMode.REPLACE));

    assertThat(pathsBelow(base())).containsExactly("model/a");
    assertThat(store().listDirectories(base())).containsExactly("model");
  }

  @Test
  void givenAnArtifactWhenSomethingIsWrittenBelowItThenItFailsAndNothingChanges() {
    assumeCan(StoreCapability.WRITE);
    Assumptions.assumeFalse(isObjectStore(), "a name can be an artifact and a directory");
    put(base().resolve("model"), utf8("a file"));

    for (WriteMode mode : WriteMode.values()) {
      assertThatExceptionOfType(OvmsConverterException.class)
          .isThrownBy(() -> store().write(base().resolve("model/deep/a"), file(utf8("a")), mode));
    }

    assertThat(contentAt(base().resolve("model"))).isEqualTo(utf8("a file"));
    assertThat(pathsBelow(base())).containsExactly("model");
  }
}
