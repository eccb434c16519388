package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** How the contract deals with a store that declares where it deviates. */
class DeviationsTest {
  private static final String CLAUSE = "givenAFileWhenWrittenThenItIsAnArtifactWithItsContent";

  @TempDir
  Path directory;

  @Test
  void givenADeclaredDeviationWhenItsTestBeginsThenItIsAbortedWithTheReason() {
    Contract contract = new Contract(Map.of(CLAUSE, "the server is too old"));

    assertThatExceptionOfType(TestAbortedException.class)
        .isThrownBy(() -> contract.openTheStore(test(CLAUSE), directory))
        .withMessageContaining(CLAUSE)
        .withMessageContaining("the server is too old");
    contract.theDeclaredDeviationsAreTestsOfThisContract();
  }

  @Test
  void givenADeclaredDeviationWhenAnotherTestBeginsThenItRuns() {
    Contract contract = new Contract(Map.of(CLAUSE, "the server is too old"));

    contract.openTheStore(test("theCapabilitiesAreFixed"), directory);

    assertThat(contract.store()).isInstanceOf(InMemoryStore.class);
    contract.closeTheStore();
  }

  @Test
  void givenADeviationFromATestThatThereIsNotWhenCheckedThenItIsAnError() {
    Contract contract = new Contract(Map.of("givenATypingMistake", "some reason"));

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(contract::theDeclaredDeviationsAreTestsOfThisContract)
        .withMessageContaining("givenATypingMistake");
  }

  @Test
  void givenADeviationWithoutAReasonWhenCheckedThenItIsAnError() {
    Contract contract = new Contract(Map.of(CLAUSE, ""));

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(contract::theDeclaredDeviationsAreTestsOfThisContract);
  }

  private static TestInfo test(String method) {
    Method found = Arrays.stream(
            new Class<?>[] {WritingContract.class, ArtifactStoreContract.class})
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(candidate -> candidate.getName().equals(method))
        .findFirst()
        .orElseThrow();
    return new TestInfo() {
      @Override
      public String getDisplayName() {
        return method;
      }

      @Override
      public Set<String> getTags() {
        return Set.of();
      }

      @Override
      public Optional<Class<?>> getTestClass() {
        return Optional.of(Contract.class);
      }

      @Override
      public Optional<Method> getTestMethod() {
        return Optional.of(found);
      }
    };
  }

  private static final class Contract extends ArtifactStoreContract {
    private final InMemoryStoreProvider provider = new InMemoryStoreProvider();
    private final Map<String, String> deviations;

    Contract(Map<String, String> deviations) {
      this.deviations = deviations;
    }

    @Override
    protected ArtifactStoreProvider provider() {
      return provider;
    }

    @Override
    protected Location newBase() {
      return Location.of("memory://bucket/base");
    }

    @Override
    protected Map<String, String> deviations() {
      return deviations;
    }
  }
}
