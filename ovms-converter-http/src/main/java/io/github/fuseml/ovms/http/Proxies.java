package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which proxy a request goes through, by the settings alone; not by the JVM's properties. */
final class Proxies extends ProxySelector {
  private final @Nullable WebAddress http;
  private final @Nullable WebAddress https;
  private final List<String> direct;

  Proxies(StoreSettings settings) {
    this.http = read(settings, HttpSettings.HTTP_PROXY);
    this.https = read(settings, HttpSettings.HTTPS_PROXY);
    this.direct = Arrays.stream(settings.text(HttpSettings.NO_PROXY).orElse("").split("[,\\s]+"))
        .map(host -> host.toLowerCase(Locale.ROOT))
        .filter(host -> !host.isEmpty())
        .toList();
  }

  private static @Nullable WebAddress read(StoreSettings settings, StoreSetting setting) {
    String text = settings.text(setting).orElse(null);
    if (text == null) {
      return null;
    }
    try {
      WebAddress proxy = WebAddress.of(Location.of(text.contains("://") ? text : "http://" + text));
      if (!proxy.origin().isSecure()) {
        return proxy;
      }
    } catch (OvmsConverterException e) {
      // Falls through to the one refusal below, which does not repeat a password.
    }
    throw HttpSettings.wrong(setting, "it is no URL of an HTTP proxy", "write http://host:port");
  }

  /** The proxy for a request; null when it goes straight to its server. */
  @Nullable
  WebAddress proxyFor(URI uri) {
    WebAddress proxy = uri.getScheme().equals("https") ? https : http;
    return proxy == null || isDirect(uri) ? null : proxy;
  }

  /** As curl and Go read the variable: a name means itself and what is below it. */
  private boolean isDirect(URI uri) {
    Origin origin = Origin.of(uri);
    String host = origin.host().replace("[", "").replace("]", "");
    return direct.stream().anyMatch(entry -> {
      String name =
          entry.endsWith(":" + origin.port()) ? entry.substring(0, entry.lastIndexOf(':')) : entry;
      name = name.replaceFirst("^\\*?\\.", "");
      return name.equals("*") || host.equals(name) || host.endsWith("." + name);
    });
  }

  @Override
  public List<Proxy> select(URI uri) {
    WebAddress proxy = proxyFor(uri);
    if (proxy == null) {
      return List.of(Proxy.NO_PROXY);
    }
    Origin origin = proxy.origin();
    return List.of(new Proxy(
        Proxy.Type.HTTP, InetSocketAddress.createUnresolved(origin.host(), origin.port())));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException error) {
    // The error comes out of the request itself.
  }
}
