using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sineta.Receiver;

/// <summary>Receives Sineta's webhooks in an ASP.NET Core application.</summary>
public static class SinetaWebhooks
{
    /// <summary>
    /// Receives deliveries at a path: each is verified before anything of it is believed, the endpoint's verification is answered, and
    /// every event is handled once. Answers 200 when handled (or handled before, or not wanted), 401 where the signature does not prove
    /// it, 400 for a faulty event, 413 for one over 256 KiB, 503 while the same event is being handled, 500 where a handler throws:
    /// all but 200 are delivered again.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="path">The path of the endpoint's URL.</param>
    /// <param name="configure">Names the secrets and the handlers.</param>
    /// <exception cref="InvalidOperationException">No secret was added: nothing could be proven.</exception>
    public static IEndpointConventionBuilder MapSinetaWebhooks(
        this IEndpointRouteBuilder endpoints, string path, Action<WebhookHandlers> configure)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(configure);
        var handlers = new WebhookHandlers();
        configure(handlers);
        if (handlers.Secrets.Length == 0)
            throw new InvalidOperationException("Sineta's webhooks need a secret: hooks.AddSecret(\"whsec_…\").");

        var reception = new Reception(
            handlers,
            endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System,
            endpoints.ServiceProvider.GetRequiredService<ILogger<Reception>>());
        return endpoints.MapPost(path, reception.ReceiveAsync);
    }
}
