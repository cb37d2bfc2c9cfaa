using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>Receivers that close a connection which the sender keeps.</summary>
public sealed class StaleConnectionTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";

    private readonly DeliverySender _sender = SenderFixture.NewSender();

    public void Dispose() => _sender.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_kept_connection_is_closed_upon_goes_over_a_new_one(bool reset)
    {
        await using var receiver = AnsweringFirst((stream, _) => CloseAsync(stream, reset));
        await SendTo(receiver);

        var result = await SendTo(receiver);

        Assert.IsType<AttemptOutcome.Delivered>(result.Outcome);
        Assert.NotNull(result.Timings.Connect);
        Assert.Equal((3, 2), (receiver.Requests.Count, receiver.Connections));
        Assert.Single(receiver.Requests.Skip(1).Distinct());
    }

    [Fact]
    public async Task It_goes_again_once_and_no_more()
    {
        var requests = 0;
        await using var receiver = new RawReceiver((stream, cancellationToken) => Interlocked.Increment(ref requests) == 1
            ? stream.WriteAsync(RawReceiver.Wire(Ok), cancellationToken).AsTask() : CloseAsync(stream, reset: false));
        await SendTo(receiver);

        Assert.Equal(UnreachableReason.ConnectionClosed, ReasonOf(await SendTo(receiver)));
        Assert.Equal(3, requests);
    }

    [Fact]
    public async Task What_a_new_connection_is_closed_upon_does_not_go_again()
    {
        await using var receiver = new RawReceiver((stream, _) => CloseAsync(stream, reset: false));

        Assert.Equal(UnreachableReason.ConnectionClosed, ReasonOf(await SendTo(receiver)));
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("H")]
    [InlineData("HTTP/1.1 200 OK\nContent-")]
    public async Task What_was_answered_in_part_does_not_go_again(string part)
    {
        await using var receiver = AnsweringFirst(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(RawReceiver.Wire(part), cancellationToken);
            await CloseAsync(stream, reset: false);
        });
        await SendTo(receiver);

        Assert.Equal(UnreachableReason.ConnectionClosed, ReasonOf(await SendTo(receiver)));
        Assert.Equal(2, receiver.Requests.Count);
    }

    [Fact]
    public async Task Over_TLS_it_goes_again_too()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("receiver.example");
        await using var receiver = AnsweringFirst(
            (stream, _) => CloseAsync(stream, reset: false), stream => EncryptAsync(stream, certificate));
        using var sender = SenderFixture.NewSender(SenderFixture.Resolving("127.0.0.1"), authority.Roots);
        var url = $"https://receiver.example:{receiver.Port}/";
        await sender.SendAsync(url, TestContext.Current.CancellationToken);

        Assert.IsType<AttemptOutcome.Delivered>((await sender.SendAsync(url, TestContext.Current.CancellationToken)).Outcome);
        Assert.Equal(3, receiver.Requests.Count);
    }

    [Fact]
    public async Task A_receiver_that_speaks_HTTP_1_0_and_closes_after_each_answer_gets_every_delivery()
    {
        await using var receiver = new RawReceiver(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(RawReceiver.Wire("HTTP/1.0 200 OK\nContent-Length: 2\n\nok"), cancellationToken);
            await CloseAsync(stream, reset: false);
        });

        for (var i = 0; i < 200; i++)
            Assert.IsType<AttemptOutcome.Delivered>((await SendTo(receiver)).Outcome);
    }

    /// <summary>Answers the first request of each connection, and does as told with the second.</summary>
    private static RawReceiver AnsweringFirst(Func<Stream, CancellationToken, Task> second, Func<NetworkStream, Task<Stream>>? wrap = null)
    {
        var answered = new HashSet<Stream>();
        return new RawReceiver(
            (stream, cancellationToken) =>
            {
                bool isFirst;
                lock (answered)
                    isFirst = answered.Add(stream);
                return isFirst ? stream.WriteAsync(RawReceiver.Wire(Ok), cancellationToken).AsTask() : second(stream, cancellationToken);
            },
            wrap);
    }

    private static async Task<Stream> EncryptAsync(NetworkStream stream, X509Certificate2 certificate)
    {
        var encrypted = new SslStream(stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
        });
        return encrypted;
    }

    private static Task CloseAsync(Stream stream, bool reset)
    {
        if (reset)
            ((NetworkStream)stream).Socket.LingerState = new LingerOption(true, 0);
        return Task.FromException(new IOException("the end"));
    }

    private static UnreachableReason ReasonOf(AttemptResult result) => Assert.IsType<AttemptOutcome.Unreachable>(result.Outcome).Reason;

    private Task<AttemptResult> SendTo(RawReceiver receiver) =>
        _sender.SendAsync($"http://127.0.0.1:{receiver.Port}/hooks", TestContext.Current.CancellationToken);
}
