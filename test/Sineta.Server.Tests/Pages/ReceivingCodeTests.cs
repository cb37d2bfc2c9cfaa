using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sineta.Events;
using Sineta.Server.Pages.Webhooks;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>The receiving code of the catalogue, run as it is shown.</summary>
public sealed class ReceivingCodeTests : IDisposable
{
    private static readonly EventType Type = EventTypes.CourseCompleted;

    private readonly TemporaryFolder _folder = new();
    private readonly WebhookSecret _secret = WebhookSecret.Generate();
    private readonly HttpClient _http = new();
    private Process? _receiver;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("receiver.js", "node", "receiver.mjs")]
    [InlineData("receiver.py", "python3", "receiver.py")]
    [InlineData("receiver.php", "php", "receiver.php")]
    public async Task It_takes_what_is_proven_and_refuses_the_rest(string shown, string program, string file)
    {
        Assert.SkipUnless(Exists(program), $"There is no {program} here.");
        var address = await StartAsync(shown, program, file);
        var body = Type.Sample.ToArray();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(address, body, body)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(address, body, [.. body, (byte)' '])).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(address, body, body, age: 600)).StatusCode);
        var question = new EndpointVerification("ep_1", "echo-me").ToBody(new DateTime(2026, 3, 10, 9, 0, 0));
        Assert.Equal("echo-me", await (await SendAsync(address, question, question)).Content.ReadAsStringAsync(Stop));
    }

    public void Dispose()
    {
        _receiver?.Kill(entireProcessTree: true);
        _receiver?.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task<Uri> StartAsync(string shown, string program, string file)
    {
        for (var tries = 0; tries < 5; tries++)
        {
            if (await TryStartAsync(FreePort(), shown, program, file) is { } address)
                return address;
        }

        throw new InvalidOperationException($"{shown} ends instead of listening.");
    }

    /// <summary>Null where it ended, for somebody else was faster to take the port.</summary>
    private async Task<Uri?> TryStartAsync(int port, string shown, string program, string file)
    {
        var code = CataloguePages.Receiver(shown, Type).Replace("3000", $"{port}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, file), code, Stop);
        var start = new ProcessStartInfo(program) { WorkingDirectory = _folder.Path };
        string[] arguments = program == "php" ? ["-S", $"localhost:{port}", file] : [file];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["SINETA_SECRET"] = _secret.Reveal();
        _receiver?.Dispose();
        _receiver = Process.Start(start)!;
        var address = new Uri($"http://localhost:{port}/hooks");
        await Eventually.TrueAsync(async () => _receiver.HasExited || await IsUpAsync(address), Stop);
        return _receiver.HasExited ? null : address;
    }

    private async Task<bool> IsUpAsync(Uri address)
    {
        try
        {
            using var answer = await SendAsync(address, [], [], age: 600);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <param name="signed">What the signature is of.</param>
    /// <param name="sent">What is sent.</param>
    private Task<HttpResponseMessage> SendAsync(Uri address, byte[] signed, byte[] sent, int age = 0)
    {
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - age;
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(sent) };
        request.Headers.Add(WebhookHeaders.Id, "evt_1");
        request.Headers.Add(WebhookHeaders.Timestamp, $"{time}");
        request.Headers.Add(WebhookHeaders.Signature, WebhookSignature.Sign("evt_1", time, signed, _secret));
        return _http.SendAsync(request, Stop);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Exists(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
