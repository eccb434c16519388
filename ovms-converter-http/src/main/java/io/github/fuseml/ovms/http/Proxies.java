package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.HttpProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which proxy a request goes through, by the settings alone; not by the JVM's properties. */
final class Proxies extends ProxySelector {
  private final @Nullable HttpProxy http;
  private final @Nullable HttpProxy https;
  private final String direct;

  Proxies(StoreSettings settings) {
    this.http = read(settings, HttpSettings.HTTP_PROXY);
    this.https = read(settings, HttpSettings.HTTPS_PROXY);
    this.direct = settings.text(HttpSettings.NO_PROXY).orElse("");
  }

  private static @Nullable HttpProxy read(StoreSettings settings, StoreSetting setting) {
    String text = settings.text(setting).orElse(null);
    if (text == null) {
      return null;
    }
    try {
      HttpProxy proxy = HttpProxy.parse(text);
      if (proxy.address().getScheme().equals("http")) {
        return proxy;
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the one refusal below.
    }
    throw HttpSettings.wrong(setting, "it is no URL of an HTTP proxy", "write http://host:port");
  }

  /** The proxy for a request; null when it goes straight to its server. */
  @Nullable
  HttpProxy proxyFor(URI uri) {
    HttpProxy proxy = uri.getScheme().equals("https") ? https : http;
    return proxy == null || HttpProxy.isExempt(uri, direct) ? null : proxy;
  }

  @Override
  public List<Proxy> select(URI uri) {
    HttpProxy proxy = proxyFor(uri);
    if (proxy == null) {
      return List.of(Proxy.NO_PROXY);
    }
    URI at = proxy.address();
    return List.of(
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(at.getHost(), at.getPort())));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException error) {
    // The error comes out of the request itself.
  }
}
