using System.IO.Compression;
using System.Net;
using System.Text;
using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>What a receiver answers, and what is made of it.</summary>
public sealed class AnswerTests : IDisposable
{
    private const int BodyLimit = 16 * 1024;

    private readonly DeliverySender _sender = SenderFixture.NewSender();

    public void Dispose() => _sender.Dispose();

    [Fact]
    public async Task A_204_is_delivered()
    {
        await using var receiver = RawReceiver.Answering("HTTP/1.1 204 No Content\nServer: s\n\n");

        var result = await SendTo(receiver);

        Assert.Equal(new AttemptOutcome.Delivered(HttpStatusCode.NoContent), result.Outcome);
        Assert.Equal("Server: s\n", result.ResponseHeaders);
        Assert.Equal(HttpVersion.Version11, result.HttpVersion);
        Assert.Equal(0, result.ResponseBody.Length);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_recorded_and_never_followed(int status)
    {
        await using var target = RawReceiver.Answering("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
        await using var receiver = RawReceiver.Answering(
            $"HTTP/1.1 {status} Elsewhere\nLocation: http://127.0.0.1:{target.Port}/\nContent-Length: 5\n\nmoved");

        var result = await SendTo(receiver);

        Assert.Equal(new AttemptOutcome.Refused((HttpStatusCode)status, null), result.Outcome);
        Assert.Contains($"Location: http://127.0.0.1:{target.Port}/\n", result.ResponseHeaders, StringComparison.Ordinal);
        Assert.Equal("moved", TextOf(result));
        Assert.Equal(0, target.Connections);
    }

    [Fact]
    public async Task Interim_answers_are_passed_over()
    {
        await using var receiver = RawReceiver.Answering("""
            HTTP/1.1 100 Continue

            HTTP/1.1 103 Early Hints
            Link: </a>

            HTTP/1.1 200 OK
            Content-Length: 2

            ok
            """);

        Assert.Equal(new AttemptOutcome.Delivered(HttpStatusCode.OK), (await SendTo(receiver)).Outcome);
    }

    [Fact]
    public async Task A_chunked_body_is_put_together()
    {
        await using var receiver = RawReceiver.Answering("HTTP/1.1 500 Oops\nTransfer-Encoding: chunked\n\n3\nabc\n2\nde\n0\n\n");

        var result = await SendTo(receiver);

        Assert.Equal(new AttemptOutcome.Refused(HttpStatusCode.InternalServerError, null), result.Outcome);
        Assert.Equal("abcde", TextOf(result));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(BodyLimit - 1, false)]
    [InlineData(BodyLimit, false)]
    [InlineData(BodyLimit + 1, true)]
    [InlineData(10 * BodyLimit, true)]
    public async Task A_body_is_kept_up_to_the_limit_and_cut_there(int length, bool truncated)
    {
        var body = new string('x', length);
        await using var counted = RawReceiver.Answering($"HTTP/1.1 200 OK\nContent-Length: {length}\n\n{body}");
        await using var chunked = RawReceiver.Answering(
            $"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n{(length > 0 ? $"{length:x}\n{body}\n" : "")}0\n\n");

        foreach (var result in new[] { await SendTo(counted), await SendTo(chunked) })
        {
            Assert.Equal(new AttemptOutcome.Delivered(HttpStatusCode.OK), result.Outcome);
            Assert.Equal(body[..Math.Min(length, BodyLimit)], TextOf(result));
            Assert.Equal(truncated, result.ResponseBodyTruncated);
        }
    }

    [Fact]
    public async Task A_body_without_an_end_is_cut_at_the_limit()
    {
        await using var receiver = new RawReceiver(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(RawReceiver.Wire("HTTP/1.1 200 OK\n\n"), cancellationToken);
            while (true)
                await stream.WriteAsync(new byte[4096], cancellationToken);
        });

        var result = await SendTo(receiver);

        Assert.Equal(new AttemptOutcome.Delivered(HttpStatusCode.OK), result.Outcome);
        Assert.Equal((BodyLimit, true), (result.ResponseBody.Length, result.ResponseBodyTruncated));
    }

    [Fact]
    public async Task A_compressed_body_is_never_inflated()
    {
        using var bomb = new MemoryStream();
        await using (var zipped = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
            await zipped.WriteAsync(new byte[3_000_000], TestContext.Current.CancellationToken);
        await using var receiver = new RawReceiver(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(
                RawReceiver.Wire($"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {bomb.Length}\n\n"), cancellationToken);
            await stream.WriteAsync(bomb.ToArray(), cancellationToken);
        });

        var result = await SendTo(receiver);

        Assert.Equal(new AttemptOutcome.Delivered(HttpStatusCode.OK), result.Outcome);
        Assert.Equal(bomb.ToArray().AsSpan(0, result.ResponseBody.Length), result.ResponseBody.Span);
        Assert.DoesNotContain("Accept-Encoding", receiver.Requests.Single().Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Headers_are_kept_up_to_their_limit()
    {
        var value = new string('v', 6_000);
        await using var receiver = RawReceiver.Answering($"HTTP/1.1 200 OK\nX-A: 1\nX-Long: {value}\nX-B: {value}\nContent-Length: 0\n\n");

        var result = await SendTo(receiver);

        Assert.StartsWith($"X-A: 1\nX-Long: {value}\nX-B: vvv", result.ResponseHeaders, StringComparison.Ordinal);
        Assert.Equal(ResponseHeaders.Limit, result.ResponseHeaders.Length);
    }

    [Theory]
    [InlineData(429, "120", 120)]
    [InlineData(503, "0", 0)]
    [InlineData(503, "soon", null)]
    [InlineData(500, "120", null)]
    [InlineData(429, null, null)]
    public async Task Retry_After_is_read_on_429_and_503(int status, string? value, int? seconds)
    {
        var header = value is null ? "" : $"Retry-After: {value}\n";
        await using var receiver = RawReceiver.Answering($"HTTP/1.1 {status} Busy\n{header}Content-Length: 0\n\n");

        TimeSpan? asked = seconds is { } number ? TimeSpan.FromSeconds(number) : null;
        Assert.Equal(new AttemptOutcome.Refused((HttpStatusCode)status, asked), (await SendTo(receiver)).Outcome);
    }

    [Fact]
    public async Task A_second_attempt_goes_over_the_connection_of_the_first_and_says_so()
    {
        await using var receiver = RawReceiver.Answering("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");

        var first = await SendTo(receiver);
        var second = await SendTo(receiver);

        Assert.Equal(1, receiver.Connections);
        Assert.All([first, second], result => Assert.Equal($"127.0.0.1:{receiver.Port}", result.RemoteAddress));
        Assert.All([first, second], result => Assert.Null(result.TlsVersion));
        Assert.NotNull(first.Timings.Dns);
        Assert.NotNull(first.Timings.Connect);
        Assert.Equal((null, null, null), (second.Timings.Dns, second.Timings.Connect, second.Timings.Tls));
        Assert.InRange(first.Timings.FirstByte!.Value + first.Timings.Connect.Value + first.Timings.Dns.Value, 1, first.Timings.Total);
        Assert.InRange(second.Timings.FirstByte!.Value, 1, second.Timings.Total);
    }

    [Fact]
    public async Task A_cut_body_leaves_the_connection_usable_or_closed_but_never_mixed_up()
    {
        var answers = 0;
        await using var receiver = new RawReceiver(async (stream, cancellationToken) =>
        {
            var body = $"{Interlocked.Increment(ref answers)}".PadRight(40_000, '.');
            await stream.WriteAsync(RawReceiver.Wire($"HTTP/1.1 200 OK\nContent-Length: {body.Length}\n\n{body}"), cancellationToken);
        });

        for (var i = 1; i <= 3; i++)
            Assert.Equal($"{i}.", TextOf(await SendTo(receiver))[..2]);
    }

    private static string TextOf(AttemptResult result) => Encoding.Latin1.GetString(result.ResponseBody.Span);

    private Task<AttemptResult> SendTo(RawReceiver receiver) =>
        _sender.SendAsync($"http://127.0.0.1:{receiver.Port}/hooks", TestContext.Current.CancellationToken);
}
