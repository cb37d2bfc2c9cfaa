using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Sineta.Delivery.Dispatch;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class TlsTests : IDisposable
{
    private const string Host = "hooks.example";

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(SslProtocols.Tls12, "TLS 1.2")]
    [InlineData(SslProtocols.Tls13, "TLS 1.3")]
    public async Task The_version_of_TLS_and_the_phases_are_on_record_also_on_a_reused_connection(SslProtocols version, string name)
    {
        using var certificate = _authority.Issue(Host);
        await using var receiver = Encrypted(certificate, version);
        using var sender = NewSender();

        var first = await SendTo(sender, receiver.Port);
        var second = await SendTo(sender, receiver.Port);

        Assert.Equal(1, receiver.Connections);
        Assert.All([first, second], result => Assert.IsType<AttemptOutcome.Delivered>(result.Outcome));
        Assert.All([first, second], result => Assert.Equal(name, result.TlsVersion));
        Assert.All([first, second], result => Assert.Equal($"127.0.0.1:{receiver.Port}", result.RemoteAddress));
        Assert.NotNull(first.Timings.Tls);
        Assert.Null(second.Timings.Tls);
    }

    [Fact]
    public async Task HTTP_2_is_spoken_where_the_receiver_can()
    {
        using var certificate = _authority.Issue(Host);
        await using var receiver = await StartKestrelAsync(certificate, HttpProtocols.Http1AndHttp2);
        var port = new Uri(receiver.Urls.Single()).Port;
        using var sender = NewSender();

        var first = await SendTo(sender, port);
        var second = await SendTo(sender, port);

        Assert.All([first, second], result => Assert.Equal(new AttemptOutcome.Delivered(HttpStatusCode.OK), result.Outcome));
        Assert.All([first, second], result => Assert.Equal(HttpVersion.Version20, result.HttpVersion));
        Assert.All([first, second], result => Assert.Equal($"127.0.0.1:{port}", result.RemoteAddress));
        Assert.All([first, second], result => Assert.Equal("TLS 1.3", result.TlsVersion));
        Assert.NotNull(first.Timings.Tls);
        Assert.Null(second.Timings.Tls);
    }

    [Fact]
    public async Task Many_attempts_at_once_over_HTTP_2_are_all_delivered()
    {
        using var certificate = _authority.Issue(Host);
        await using var receiver = await StartKestrelAsync(certificate, HttpProtocols.Http2);
        var port = new Uri(receiver.Urls.Single()).Port;
        using var sender = NewSender();

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => SendTo(sender, port)));

        Assert.All(results, result => Assert.IsType<AttemptOutcome.Delivered>(result.Outcome));
    }

    [Fact]
    public async Task HTTP_1_1_is_spoken_where_the_receiver_knows_no_other()
    {
        using var certificate = _authority.Issue(Host);
        await using var receiver = await StartKestrelAsync(certificate, HttpProtocols.Http1);
        using var sender = NewSender();

        var result = await SendTo(sender, new Uri(receiver.Urls.Single()).Port);

        Assert.Equal(HttpVersion.Version11, result.HttpVersion);
        Assert.Equal("TLS 1.3", result.TlsVersion);
    }

    [Fact]
    public async Task A_certificate_for_an_address_is_verified_as_one()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var receiver = Encrypted(certificate);
        using var sender = NewSender();

        var result = await sender.SendAsync($"https://127.0.0.1:{receiver.Port}/", Token);

        Assert.IsType<AttemptOutcome.Delivered>(result.Outcome);
    }

    [Fact]
    public async Task An_expired_certificate_is_told_so()
    {
        using var certificate = _authority.Issue(Host, fromDays: -30, toDays: -10);

        Assert.Equal($"The certificate of {Host} expired on {DayOf(certificate.NotAfter)}.", await FaultOf(certificate));
    }

    [Fact]
    public async Task A_certificate_of_the_future_is_told_so()
    {
        using var certificate = _authority.Issue(Host, fromDays: 10, toDays: 30);

        Assert.Equal($"The certificate of {Host} is not valid before {DayOf(certificate.NotBefore)}.", await FaultOf(certificate));
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_told_so()
    {
        using var certificate = _authority.Issue("other.example");

        Assert.Equal($"The certificate of {Host} is for other.example, not for {Host}.", await FaultOf(certificate));
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_told_so()
    {
        using var stranger = new TestAuthority();
        using var certificate = stranger.Issue(Host);

        Assert.Equal(
            $"The certificate of {Host} comes without its issuer's (send the whole chain), or its issuer is not trusted.",
            await FaultOf(certificate));
    }

    [Fact]
    public async Task A_self_signed_certificate_is_told_so()
    {
        using var certificate = TestAuthority.SelfSigned(Host);

        Assert.Equal($"The certificate of {Host} is signed by itself.", await FaultOf(certificate));
    }

    [Fact]
    public async Task Every_fault_of_a_certificate_is_told()
    {
        using var certificate = _authority.Issue("other.example", fromDays: -30, toDays: -10);

        var sentence = await FaultOf(certificate);

        Assert.Contains("is for other.example", sentence, StringComparison.Ordinal);
        Assert.Contains("and expired on", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_fetched_from_where_a_certificate_says_its_issuer_is()
    {
        await using var inside = RawReceiver.Answering("HTTP/1.1 404 Not Found\nContent-Length: 0\n\n");
        using var stranger = new TestAuthority();
        using var certificate = stranger.Issue(Host, issuerUrl: $"http://127.0.0.1:{inside.Port}/issuer.cer");

        await FaultOf(certificate);

        Assert.Equal(0, inside.Connections);
    }

    [Fact]
    public async Task No_extra_authority_is_trusted_unless_asked_for()
    {
        using var certificate = _authority.Issue(Host);
        await using var receiver = Encrypted(certificate);
        using var sender = SenderFixture.NewSender(SenderFixture.Resolving("127.0.0.1"));

        Assert.Equal(UnreachableReason.Tls, UnreachableOf(await SendTo(sender, receiver.Port)).Reason);
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task A_receiver_that_speaks_no_TLS_is_told_so()
    {
        await using var receiver = new RawReceiver(
            (_, _) => throw new IOException(),
            async stream =>
            {
                await stream.WriteAsync(RawReceiver.Wire("HTTP/1.1 400 Bad Request\n\n"), Token);
                return stream;
            });
        using var sender = NewSender();

        var unreachable = UnreachableOf(await SendTo(sender, receiver.Port));

        Assert.Equal(UnreachableReason.Tls, unreachable.Reason);
        Assert.StartsWith($"{Host} and we could not agree on TLS: ", unreachable.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handshake_that_hangs_is_given_up_within_the_time_to_connect()
    {
        var greeted = new TaskCompletionSource();
        await using var receiver = new RawReceiver((_, _) => Task.CompletedTask, async stream =>
        {
            await stream.ReadExactlyAsync(new byte[1], Token);
            greeted.SetResult();
            return stream;
        });
        var time = new ManualTime();
        using var sender = NewSender(time);

        var sending = SendTo(sender, receiver.Port);
        await greeted.Task.WaitAsync(Token);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(
            new AttemptOutcome.Unreachable(UnreachableReason.ConnectTimeout, $"{Host} could not be spoken to by TLS within 5 s."),
            (await sending).Outcome);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DeliverySender NewSender(TimeProvider? time = null) =>
        SenderFixture.NewSender(SenderFixture.Resolving("127.0.0.1"), _authority.Roots, time: time);

    private async Task<string> FaultOf(X509Certificate2 certificate)
    {
        await using var receiver = Encrypted(certificate);
        using var sender = NewSender();

        var unreachable = UnreachableOf(await SendTo(sender, receiver.Port));

        Assert.Equal(UnreachableReason.Tls, unreachable.Reason);
        Assert.Empty(receiver.Requests);
        return unreachable.Sentence;
    }

    private static AttemptOutcome.Unreachable UnreachableOf(AttemptResult result) =>
        Assert.IsType<AttemptOutcome.Unreachable>(result.Outcome);

    private static Task<AttemptResult> SendTo(DeliverySender sender, int port) =>
        sender.SendAsync($"https://{Host}:{port}/hooks", Token);

    private static RawReceiver Encrypted(X509Certificate2 certificate, SslProtocols version = SslProtocols.None) => new(
        (stream, cancellationToken) =>
            stream.WriteAsync(RawReceiver.Wire("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"), cancellationToken).AsTask(),
        async (NetworkStream stream) =>
        {
            var encrypted = new SslStream(stream);
            await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                // Offline, so that whoever fetches an issuer's certificate is not this receiver.
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
                EnabledSslProtocols = version,
            });
            return encrypted;
        });

    private static async Task<WebApplication> StartKestrelAsync(X509Certificate2 certificate, HttpProtocols protocols)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        app.MapPost("/hooks", () => Results.Ok("taken"));
        await app.StartAsync(Token);
        return app;
    }

    private static string DayOf(DateTime moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
