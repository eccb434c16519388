package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.Artifact;
import org.junit.jupiter.api.Test;

/** {@code find} and {@code exists}. */
abstract class FindingContract extends ProviderContract {
  FindingContract() {}

  @Test
  void givenAnArtifactWhenFoundThenItsPathIsItsNameAndItsSizeIsRight() {
    Location location = base().resolve("model/deep/model.onnx");
    put(location, new byte[1234]);

    Artifact found = store().find(location).orElseThrow();

    assertThat(found.location()).isEqualTo(location);
    assertThat(found.path()).isEqualTo("model.onnx");
    assertThat(found.size()).isEqualTo(1234);
  }

  @Test
  void givenNothingWhenLookedForThenNothingIsFound() {
    assertThat(store().find(base().resolve("model.onnx"))).isEmpty();
    assertThat(store().find(base().resolve("no/such/directory/model.onnx"))).isEmpty();
  }

  @Test
  void givenAnArtifactWhenSomethingBelowItIsLookedForThenNothingIsFound() {
    put(base().resolve("model"), utf8("a"));

    assertThat(store().find(base().resolve("model/below"))).isEmpty();
    assertThat(store().find(base().resolve("model/far/below"))).isEmpty();
  }

  @Test
  void givenADirectoryWhenLookedForThenNoArtifactIsFound() {
    put(base().resolve("model/a"), utf8("a"));

    assertThat(store().find(base().resolve("model"))).isEmpty();
    assertThat(store().find(base().resolve("model/"))).isEmpty();
    assertThat(store().find(base())).isEmpty();
  }

  @Test
  void givenAnArtifactWhenLookedForWithASlashAtTheEndThenNothingIsFound() {
    put(base().resolve("model"), utf8("a"));

    assertThat(store().find(base().resolve("model/"))).isEmpty();
  }

  @Test
  void givenAnArtifactWhenTheBeginningOfItsNameIsLookedForThenNothingIsFound() {
    put(base().resolve("model.onnx"), utf8("a"));

    assertThat(store().find(base().resolve("model"))).isEmpty();
    assertThat(store().exists(base().resolve("model"))).isFalse();
  }

  @Test
  void givenAnArtifactThatIsReplacedWhenFoundThenItIsTheNewestVersion() {
    Location location = base().resolve("model");
    Artifact old = putAndFind(location, utf8("old"));

    Artifact replaced = putAndFind(location, utf8("newer"));

    assertThat(replaced.size()).isEqualTo(5);
    if (old.revision() != null) {
      assertThat(replaced.revision()).isNotEqualTo(old.revision());
    }
  }

  @Test
  void givenAnUnchangedArtifactWhenFoundAgainThenItIsTheSameVersion() {
    Location location = base().resolve("model");
    Artifact first = putAndFind(location, utf8("a"));

    assertThat(store().find(location)).contains(first);
  }

  @Test
  void givenAnAwkwardNameWhenFoundThenItIsTakenLiterally() {
    for (String name : awkwardNames()) {
      Location location = base().resolve("names/" + name);
      put(location, utf8(name));

      Artifact found = store().find(location).orElseThrow(() -> new AssertionError(name));

      assertThat(found.path()).isEqualTo(name);
      assertThat(readAll(found)).as(name).isEqualTo(utf8(name));
      assertThat(store().exists(location)).as(name).isTrue();
    }
  }

  @Test
  void givenArtifactsAndDirectoriesWhenAskedThenTheyExist() {
    put(base().resolve("model/deep/a"), new byte[0]);

    assertThat(store().exists(base().resolve("model/deep/a"))).isTrue();
    assertThat(store().exists(base().resolve("model/deep"))).isTrue();
    assertThat(store().exists(base().resolve("model/"))).isTrue();
    assertThat(store().exists(base())).isTrue();
  }

  @Test
  void givenNothingWhenAskedThenItDoesNotExist() {
    put(base().resolve("model2/a"), utf8("a"));

    assertThat(store().exists(base().resolve("model"))).isFalse();
    assertThat(store().exists(base().resolve("model/"))).isFalse();
    assertThat(store().exists(base().resolve("model2/a/below"))).isFalse();
    assertThat(store().exists(base().resolve("other/deep/a"))).isFalse();
  }
}
