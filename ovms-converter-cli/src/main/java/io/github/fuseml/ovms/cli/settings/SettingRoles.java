package io.github.fuseml.ovms.cli.settings;

import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What settings are about, as far as credentials of one place must not get to another. The names are
 * those that the stores have in common; a name that is not known counts as the more delicate of two
 * possibilities. A store behind another one, as in {@code s3.endpoint}, has the same names.
 */
final class SettingRoles {
  /** Besides secrets. */
  private static final Set<String> WHO = Set.of(
      "accessKeyId",
      "username",
      "profile",
      "credentials",
      "credentialsFile",
      "clientCertificate",
      "clientKey");

  /** Two that are one credential, of which each may come from another place. */
  private static final Map<String, String> PARTNERS = Map.of(
      "accessKeyId", "secretAccessKey",
      "secretAccessKey", "accessKeyId",
      "username", "password",
      "password", "username",
      "clientCertificate", "clientKey",
      "clientKey", "clientCertificate");

  /** Settings of a text that lead to no other service, and to nobody else's account. */
  private static final Set<String> REFINEMENTS = Set.of(
      "region",
      "sessionToken",
      "storageClass",
      "serverSideEncryption",
      "kmsKeyId",
      "caCertificate",
      "writing");

  /** What is so on this machine, whichever service it talks to. */
  private static final Set<String> OF_THE_MACHINE =
      Set.of("proxy", "httpProxy", "httpsProxy", "noProxy", "privateAddresses");

  private SettingRoles() {}

  /** Whether settings say where a store is or who uses it, so that nothing may be added to them. */
  static boolean sayWhereOrWho(StoreSettings settings, StoreInfo store) {
    for (StoreSetting known : store.settings()) {
      if (settings.names().contains(known.name()) && saysWhereOrWho(known)) {
        return true;
      }
    }
    return false;
  }

  private static boolean saysWhereOrWho(StoreSetting setting) {
    return switch (setting.kind()) {
      case FLAG, NUMBER, SIZE, DURATION -> false;
      case TEXT, SECRET, FILE, CHOICE ->
        !REFINEMENTS.contains(plain(setting.name()))
            && !OF_THE_MACHINE.contains(plain(setting.name()));
    };
  }

  /**
   * The settings {@code above}, and what is needed of those {@code below}: where the former say who
   * uses a store, no other credential for the same one is mixed in.
   */
  static StoreSettings layer(StoreSettings below, StoreSettings above, StoreInfo store) {
    Set<String> known = new HashSet<>();
    for (String name : above.names()) {
      if (saysWho(name, store)) {
        known.add(prefix(name));
      }
    }
    return only(
            below,
            name -> !known.contains(prefix(name))
                || !saysWho(name, store)
                || above.names().contains(partnerOf(name)))
        .with(above);
  }

  /** Whether settings say who uses a store. */
  static boolean sayWho(StoreSettings settings, StoreInfo store) {
    for (String name : settings.names()) {
      if (saysWho(name, store)) {
        return true;
      }
    }
    return false;
  }

  /** A setting's name in the store that it is of. */
  private static String plain(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** What stands before that: empty for the store that serves the location. */
  private static String prefix(String name) {
    return name.substring(0, name.length() - plain(name).length());
  }

  private static String partnerOf(String name) {
    return prefix(name) + PARTNERS.getOrDefault(plain(name), "");
  }

  /** The setting that has a store used by nobody in particular; none where there is no such. */
  static StoreSettings nobody(StoreInfo store) {
    StoreSetting setting = find("credentials", store);
    return setting != null && setting.choices().contains("anonymous")
        ? StoreSettings.of(Map.of("credentials", "anonymous"))
        : StoreSettings.none();
  }

  private static boolean saysWho(String name, StoreInfo store) {
    StoreSetting setting = find(name, store);
    return WHO.contains(plain(name)) || (setting != null && setting.isSecret());
  }

  /** Of some settings those that hold for every service. */
  static StoreSettings ofTheMachine(StoreSettings settings) {
    return only(settings, name -> OF_THE_MACHINE.contains(plain(name)));
  }

  static StoreSettings withoutSecrets(StoreSettings settings, StoreInfo store) {
    return only(settings, name -> {
      StoreSetting setting = find(name, store);
      return setting == null || !setting.isSecret();
    });
  }

  private static @Nullable StoreSetting find(String name, StoreInfo store) {
    for (StoreSetting setting : store.settings()) {
      if (setting.name().equals(name)) {
        return setting;
      }
    }
    return null;
  }

  private static StoreSettings only(StoreSettings settings, Predicate<String> wanted) {
    Map<String, String> values = new HashMap<>();
    for (String name : settings.names()) {
      if (wanted.test(name)) {
        values.put(name, settings.get(name).orElse(""));
      }
    }
    return StoreSettings.of(values);
  }
}
