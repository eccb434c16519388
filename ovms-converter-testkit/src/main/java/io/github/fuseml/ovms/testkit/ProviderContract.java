package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSetting.Kind;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The provider: its id, its schemes and its table of settings. */
abstract class ProviderContract extends StoreContractSupport {
  /** A shorter secret may be a part of an innocent word. */
  private static final int TELLING_LENGTH = 6;

  ProviderContract() {}

  @Test
  void theProvidersIdAndSchemesAreOfTheAllowedCharacters() {
    assertThat(provider().id()).matches("[a-z0-9._-]+");
    assertThat(provider().schemes())
        .isNotEmpty()
        .allSatisfy(scheme -> assertThat(scheme).matches("[a-z][a-z0-9+.-]+"));
    assertThat(provider().schemes()).contains(base().scheme());
  }

  @Test
  void theTableOfSettingsIsAlwaysTheSameAndItsNamesAreUnique() {
    List<StoreSetting> table = provider().settings();

    assertThat(provider().settings()).isEqualTo(table);
    assertThat(table).extracting(StoreSetting::name).doesNotHaveDuplicates();
    assertThat(table).allSatisfy(setting -> {
      assertThat(setting.name()).as("name").matches("[a-z][A-Za-z0-9]*");
      assertThat(setting.description())
          .as("description of %s", setting.name())
          .isNotBlank()
          .doesNotEndWith(".");
    });
  }

  @Test
  void onlySettingsOfTheKindChoiceHaveChoices() {
    for (StoreSetting setting : provider().settings()) {
      if (setting.kind() == Kind.CHOICE) {
        assertThat(setting.choices())
            .as("choices of %s, whose case does not matter", setting.name())
            .hasSizeGreaterThan(1)
            .extracting(choice -> choice.toLowerCase(Locale.ROOT))
            .doesNotHaveDuplicates();
      } else {
        assertThat(setting.choices()).as("choices of %s", setting.name()).isEmpty();
      }
    }
  }

  @Test
  void secretsHaveNoDefault() {
    assertThat(provider().settings())
        .filteredOn(StoreSetting::isSecret)
        .allSatisfy(secret ->
            assertThat(secret.defaultValue()).as("default of %s", secret.name()).isNull());
  }

  @Test
  void theVariablesAreNamedAsVariablesAreAndWithoutTheOutputsPrefix() {
    for (StoreSetting setting : provider().settings()) {
      assertThat(setting.variables())
          .as("variables of %s", setting.name())
          .doesNotHaveDuplicates()
          .allSatisfy(variable ->
              assertThat(variable).matches("[A-Za-z][A-Za-z0-9_]*").doesNotStartWith("OUTPUT_"));
    }
  }

  /** A converter refuses others before it opens the store, which so need not look for them. */
  @Test
  void theSettingsOfThisTestAreInTheTable() {
    assertThatNoException()
        .isThrownBy(() -> settings().requireOnly(provider().id(), provider().settings()));
  }

  @Test
  void givenSecretsWhenReadingFailsThenNeitherTheStoreNorTheErrorTellsThem() {
    Artifact artifact = putAndFind(base().resolve("model"), utf8("a"));
    remove(artifact.location());

    String told = store() + " " + store().capabilities() + tellingsOf(failureOf(artifact, 0));

    for (StoreSetting setting : provider().settings()) {
      String value = settings().text(setting).orElse("");
      if (setting.isSecret() && value.length() >= TELLING_LENGTH) {
        assertThat(told.contains(value))
            .as("tells the setting %s", setting.name())
            .isFalse();
      }
    }
  }

  private static String tellingsOf(OvmsConverterException error) {
    StringBuilder told = new StringBuilder(String.valueOf(error.problem()));
    for (Throwable e = error; e != null; e = e.getCause()) {
      told.append(' ').append(e);
    }
    return told.toString();
  }

  @Test
  void givenAStoreThatIsOpenedForTheInputWhenReadThenItReads() {
    put(base().resolve("model"), utf8("a"));

    try (ArtifactStore input = provider().open(settings(), StoreRole.INPUT)) {
      assertThat(input.find(base().resolve("model"))).isPresent();
    }
  }
}
