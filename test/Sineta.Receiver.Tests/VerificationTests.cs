using System.Net;
using System.Text;
using Sineta.Events;

namespace Sineta.Receiver.Tests;

public sealed class VerificationTests
{
    private static readonly ReadOnlyMemory<byte> Body = EventTypes.TrailCompleted.Sample;

    [Fact]
    public async Task What_is_not_proven_is_refused_and_reaches_no_handler()
    {
        var handled = 0;
        await using var app = await ReceiverApp.StartAsync(hooks => hooks.OnAnyActivity((_, _, _) => Task.FromResult(handled++)));

        Assert.Equal(HttpStatusCode.Unauthorized, (await app.DeliverAsync(Body, secret: WebhookSecret.Generate())).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.DeliverAsync(Body, at: ReceiverApp.Now.AddSeconds(-301))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.DeliverAsync(Body, at: ReceiverApp.Now.AddSeconds(301))).StatusCode);
        foreach (var header in (string[])["webhook-id", "webhook-timestamp", "webhook-signature"])
        {
            using var response = await app.DeliverAsync(Body, change: request => request.Headers.Remove(header));
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            var problem = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains(header, problem, StringComparison.Ordinal);
        }

        Assert.Equal(0, handled);
    }

    [Fact]
    public async Task A_body_changed_on_the_way_is_refused()
    {
        await using var app = await ReceiverApp.StartAsync(_ => { });
        var changed = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Body.Span).Replace("\":", "\": ", StringComparison.Ordinal));

        using var response = await app.DeliverAsync(Body, change: request => request.Content = new ByteArrayContent(changed));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task While_a_secret_is_rotated_either_is_good()
    {
        var next = WebhookSecret.Generate();
        await using var app = await ReceiverApp.StartAsync(hooks => hooks.AddSecret(next.Reveal()));

        Assert.Equal(HttpStatusCode.OK, (await app.DeliverAsync(Body, "evt_1")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.DeliverAsync(Body, "evt_2", next)).StatusCode);
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_mapped()
    {
        await using var app = Microsoft.AspNetCore.Builder.WebApplication.Create();

        Assert.Throws<InvalidOperationException>(() => app.MapSinetaWebhooks("/hooks", _ => { }));
        Assert.Throws<FormatException>(() => app.MapSinetaWebhooks("/hooks", hooks => hooks.AddSecret(null)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_256_KiB_is_refused_announced_or_not(bool announced)
    {
        await using var app = await ReceiverApp.StartAsync(_ => { });
        var body = new byte[(256 * 1024) + 1];
        body.AsSpan().Fill((byte)' ');

        using var response = await app.DeliverAsync(body, change: request =>
        {
            if (!announced)
                request.Headers.TransferEncodingChunked = true;
        });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"event\":{}}")]
    [InlineData("{\"event\":{\"slug\":\"activities.trail.completed\"}}")]
    public async Task A_proven_body_that_is_no_event_is_refused(string body)
    {
        await using var app = await ReceiverApp.StartAsync(_ => { });

        using var response = await app.DeliverAsync(Encoding.UTF8.GetBytes(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Only_posts_are_received()
    {
        await using var app = await ReceiverApp.StartAsync(_ => { });

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await app.GetAsync()).StatusCode);
    }

    [Fact]
    public async Task The_handshake_is_answered_only_where_it_is_proven()
    {
        await using var app = await ReceiverApp.StartAsync(_ => { });
        var asked = new EndpointVerification("ep_1", "challenge \"1\"").ToBody(new DateTime(2024, 5, 6, 4, 8, 9));

        using var proven = await app.DeliverAsync(asked);
        using var unproven = await app.DeliverAsync(asked, secret: WebhookSecret.Generate());

        Assert.Equal(HttpStatusCode.OK, proven.StatusCode);
        Assert.Equal("application/json", proven.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            "{\"challenge\":\"challenge \\u00221\\u0022\"}", await proven.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.Unauthorized, unproven.StatusCode);
    }
}
