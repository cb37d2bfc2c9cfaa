using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sineta.Events;

namespace Sineta.Receiver.Tests;

/// <summary>An application with the receiver in it, on a real Kestrel at a free port, and who delivers to it.</summary>
internal sealed class ReceiverApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _sender;

    private ReceiverApp(WebApplication app, HttpClient sender) => (_app, _sender) = (app, sender);

    public static DateTimeOffset Now { get; } = new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);

    public static WebhookSecret Secret { get; } = WebhookSecret.Generate();

    public static async Task<ReceiverApp> StartAsync(Action<WebhookHandlers> configure, Action<IServiceCollection>? add = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(new StoppedClock());
        add?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapSinetaWebhooks("/hooks", hooks => configure(hooks.AddSecret(Secret.Reveal())));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ReceiverApp(app, new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });
    }

    /// <summary>Delivers a body, signed now with the endpoint's secret unless said otherwise.</summary>
    public async Task<HttpResponseMessage> DeliverAsync(
        ReadOnlyMemory<byte> body,
        string id = "evt_1",
        WebhookSecret? secret = null,
        DateTimeOffset? at = null,
        Action<HttpRequestMessage>? change = null,
        CancellationToken? cancellationToken = null)
    {
        var timestamp = (at ?? Now).ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks") { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", $"{timestamp}");
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(id, timestamp, body.Span, secret ?? Secret));
        change?.Invoke(request);
        return await _sender.SendAsync(request, cancellationToken ?? TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync() =>
        _sender.GetAsync(new Uri("/hooks", UriKind.Relative), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _sender.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
