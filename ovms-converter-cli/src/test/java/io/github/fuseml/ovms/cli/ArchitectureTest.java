package io.github.fuseml.ovms.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;

/** The rules between the product's modules and packages; here, for this module sees all of them. */
class ArchitectureTest {
  private static final String BASE = "io.github.fuseml.ovms.";
  private static final String API = BASE + "api..";
  private static final String SPI = BASE + "spi..";

  private static final JavaClasses PRODUCT = new ClassFileImporter()
      // Not the predefined option, which knows no other build directory than target.
      .withImportOption(location -> !location.contains("/test-classes/"))
      .importPackages("io.github.fuseml.ovms");

  /** The modules, by the first segment below the base; {@code api} and {@code spi} are one. */
  private static String module(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(BASE)) {
      return "";
    }
    String rest = name.substring(BASE.length());
    String first = rest.indexOf('.') < 0 ? rest : rest.substring(0, rest.indexOf('.'));
    return first.equals("spi") ? "api" : first;
  }

  @Test
  void all_modules_are_looked_at() {
    assertThat(PRODUCT.stream().map(ArchitectureTest::module)).contains("api", "core", "cli");
  }

  @Test
  void the_api_depends_on_nothing_else_of_ours_or_of_others() {
    DescribedPredicate<JavaClass> allowed =
        resideInAnyPackage(API, "java..", "org.jspecify.annotations..");
    noClasses()
        .that()
        .resideInAPackage(API)
        .should()
        .dependOnClassesThat(not(allowed))
        .check(PRODUCT);
  }

  @Test
  void the_spi_depends_on_the_api_alone() {
    // TLS is Java's own too, whatever its package is called.
    DescribedPredicate<JavaClass> allowed =
        resideInAnyPackage(API, SPI, "java..", "javax.net.ssl..", "org.jspecify.annotations..");
    noClasses()
        .that()
        .resideInAPackage(SPI)
        .should()
        .dependOnClassesThat(not(allowed))
        .check(PRODUCT);
  }

  @Test
  void the_core_knows_no_other_module_but_the_api_and_no_command_line_library() {
    DescribedPredicate<JavaClass> others = DescribedPredicate.describe(
        "of another module", type -> !module(type).isEmpty() && !"api core".contains(module(type)));
    noClasses()
        .that()
        .resideInAPackage(BASE + "core..")
        .should()
        .dependOnClassesThat(others.or(resideInAPackage("picocli..")))
        .check(PRODUCT);
  }

  @Test
  void the_command_line_knows_the_api_alone() {
    DescribedPredicate<JavaClass> others = DescribedPredicate.describe(
        "of another module", type -> !module(type).isEmpty() && !"api cli".contains(module(type)));
    noClasses()
        .that()
        .resideInAPackage(BASE + "cli..")
        .should()
        .dependOnClassesThat(others)
        .check(PRODUCT);
    noClasses()
        .that()
        .resideInAPackage(BASE + "cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(SPI)
        .check(PRODUCT);
  }

  @Test
  void what_is_internal_is_used_by_its_own_module_alone() {
    classes()
        .that()
        .resideInAPackage("io.github.fuseml.ovms..internal..")
        .should(beUsedByTheirModuleAlone())
        .check(PRODUCT);
  }

  private static ArchCondition<JavaClass> beUsedByTheirModuleAlone() {
    return new ArchCondition<>("be used by their own module alone") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getDirectDependenciesToSelf().stream()
            .filter(use -> !module(use.getOriginClass()).equals(module(type)))
            .forEach(use -> events.add(SimpleConditionEvent.violated(type, use.getDescription())));
      }
    };
  }

  @Test
  void packages_have_no_cycles() {
    slices().matching("io.github.fuseml.ovms.(**)").should().beFreeOfCycles().check(PRODUCT);
  }

  @Test
  void only_one_class_of_the_fast_path_reaches_picocli() {
    noClasses()
        .that()
        .resideInAPackage(BASE + "cli..")
        .and()
        .resideOutsideOfPackage(BASE + "cli.commands..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(PRODUCT);
  }
}
