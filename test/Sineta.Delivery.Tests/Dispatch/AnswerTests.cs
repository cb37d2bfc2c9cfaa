using System.Net;
using System.Text;
using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>What a receiver answers, and what is made of it.</summary>
public sealed class AnswerTests
{
    [Fact]
    public async Task A_204_is_delivered()
    {
        await using var receiver = RawReceiver.Answering("HTTP/1.1 204 No Content\nServer: s\n\n");
        using var sender = SenderFixture.NewSender();

        var result = await SendTo(sender, receiver);

        Assert.Equal(new AttemptOutcome.Delivered(HttpStatusCode.NoContent), result.Outcome);
        Assert.Equal("Server: s\n", result.ResponseHeaders);
        Assert.Equal(HttpVersion.Version11, result.HttpVersion);
        Assert.Equal(0, result.ResponseBody.Length);
    }

    [Fact]
    public async Task A_302_is_recorded_and_never_followed()
    {
        await using var target = RawReceiver.Answering("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
        await using var receiver = RawReceiver.Answering(
            $"HTTP/1.1 302 Found\nLocation: http://127.0.0.1:{target.Port}/\nContent-Length: 5\n\nmoved");
        using var sender = SenderFixture.NewSender();

        var result = await SendTo(sender, receiver);

        Assert.Equal(new AttemptOutcome.Refused(HttpStatusCode.Found, null), result.Outcome);
        Assert.Contains($"Location: http://127.0.0.1:{target.Port}/\n", result.ResponseHeaders, StringComparison.Ordinal);
        Assert.Equal("moved", Encoding.UTF8.GetString(result.ResponseBody.Span));
        Assert.Equal(0, target.Connections);
    }

    private static Task<AttemptResult> SendTo(DeliverySender sender, RawReceiver receiver, int milliseconds = 10_000) =>
        sender.SendAsync($"http://127.0.0.1:{receiver.Port}/hooks", milliseconds, TestContext.Current.CancellationToken);
}
