package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.CopyResult;
import io.github.fuseml.ovms.api.Diagnosis;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoredArtifact;
import java.util.List;

/**
 * What is told of stores and their files, for programs: one JSON document each, under the rules of
 * {@link JsonReport}.
 *
 * <pre>
 * file    := path            below what was listed or copied
 *            location, size
 *            revision        changes with the content; null when the store has nothing of the kind
 *            sha256          null when it was not computed
 * copy    := source, target, files[] (see file)
 *            file_count, bytes, seconds, bytes_per_second
 * ls      := location, files[] (see file), file_count, bytes
 * stores  := stores[]        id, schemes[]
 *              settings[]    name, kind, secret, description
 *                            default    in words; null when there is none
 *                            variables[], choices[]
 * doctor  := location, healthy
 *            checks[]        name
 *                            outcome    passed, warned, failed, skipped
 *                            found, remedy (may be null)
 * </pre>
 */
public final class StoreJson {
  private StoreJson() {}

  /**
   * A copy.
   *
   * @param request what was asked for
   * @param result what was done
   * @return the document {@code copy}
   */
  public static String of(CopyRequest request, CopyResult result) {
    JsonText json = JsonText.document();
    json.put("source", request.source().toString());
    json.put("target", request.target().toString());
    files(json, result.files());
    json.put("file_count", result.files().size());
    json.put("bytes", result.bytes());
    json.put("seconds", JsonText.seconds(result.nanos()));
    return json.put("bytes_per_second", bytesPerSecond(result)).end();
  }

  /**
   * A listing.
   *
   * @param location what was listed
   * @param files the files
   * @return the document {@code ls}
   */
  public static String of(Location location, List<StoredArtifact> files) {
    JsonText json = JsonText.document();
    json.put("location", location.toString());
    files(json, files);
    return json.put("file_count", files.size()).put("bytes", bytes(files)).end();
  }

  /**
   * The stores.
   *
   * @param stores the stores
   * @return the document {@code stores}
   */
  public static String of(List<StoreInfo> stores) {
    JsonText json = JsonText.document();
    json.beginArray("stores");
    for (StoreInfo store : stores) {
      json.begin(null).put("id", store.id());
      json.put("schemes", List.copyOf(store.schemes()));
      json.beginArray("settings");
      for (StoreSetting setting : store.settings()) {
        json.begin(null);
        json.put("name", setting.name());
        json.put("kind", JsonText.name(setting.kind()));
        json.put("secret", setting.isSecret());
        json.put("description", setting.description());
        json.put("default", setting.defaultValue());
        json.put("variables", setting.variables());
        json.put("choices", setting.choices());
        json.endObject();
      }
      json.endArray().endObject();
    }
    return json.endArray().end();
  }

  /**
   * A diagnosis.
   *
   * @param diagnosis what was found
   * @return the document {@code doctor}
   */
  public static String of(Diagnosis diagnosis) {
    JsonText json = JsonText.document();
    json.put("location", diagnosis.location().toString());
    json.put("healthy", diagnosis.isHealthy());
    json.beginArray("checks");
    for (Diagnosis.Check check : diagnosis.checks()) {
      json.begin(null);
      json.put("name", check.name());
      json.put("outcome", JsonText.name(check.outcome()));
      json.put("found", check.found());
      json.put("remedy", check.remedy());
      json.endObject();
    }
    return json.endArray().end();
  }

  private static void files(JsonText json, List<StoredArtifact> files) {
    json.beginArray("files");
    for (StoredArtifact file : files) {
      json.begin(null);
      json.put("path", file.path());
      json.put("location", file.location().toString());
      json.put("size", file.size());
      json.put("revision", file.revision());
      json.put("sha256", file.sha256());
      json.endObject();
    }
    json.endArray();
  }

  static long bytes(List<StoredArtifact> files) {
    long bytes = 0;
    for (StoredArtifact file : files) {
      bytes += file.size();
    }
    return bytes;
  }

  static long bytesPerSecond(CopyResult result) {
    return (long) (result.bytes() * 1e9 / Math.max(1, result.nanos()));
  }
}
