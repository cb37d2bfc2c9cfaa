using System.Net;
using System.Net.Sockets;
using System.Text;
using Sineta.Cli.Api;
using Sineta.Cli.Commands;
using Sineta.Testing;

namespace Sineta.Cli.Tests;

public sealed class ListenTests(SharedServer shared)
{
    private const int Hangup = 1;
    private const int Kill = 9;
    private const int Terminate = 15;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Hangup)]
    [InlineData(Terminate)]
    [InlineData(ServerProcess.Interrupt)]
    public async Task However_it_is_ended_its_endpoint_goes(int signal)
    {
        var key = await shared.NewInstitutionAsync();
        await using var listening = Listen(key);
        Assert.StartsWith("Listening as ep_", await listening.ReadLineAsync(Stop), StringComparison.Ordinal);

        await listening.EndAsync(signal);

        Assert.Empty(await EndpointsAsync(key));
    }

    [Fact]
    public async Task What_a_killed_one_left_is_removed_by_the_next_and_what_is_in_use_stays()
    {
        var key = await shared.NewInstitutionAsync();
        await using var other = Listen(key);
        await other.ReadLineAsync(Stop);
        await using var killed = Listen(key);
        var left = IdIn(await killed.ReadLineAsync(Stop));
        await killed.EndAsync(Kill);

        await using var next = Listen(key);

        Assert.Equal($"Removed {left}, which an earlier sineta listen left.", await next.ReadLineAsync(Stop));
        Assert.StartsWith("Listening as ep_", await next.ReadLineAsync(Stop), StringComparison.Ordinal);
        var endpoints = await EndpointsAsync(key);
        Assert.Equal(2, endpoints.Length);
        Assert.DoesNotContain(left, endpoints);
    }

    [Fact]
    public async Task What_a_killed_one_left_on_the_same_port_is_removed()
    {
        var key = await shared.NewInstitutionAsync();
        var port = $"{FreePort.Find()}";
        await using var killed = Listen(key, "--port", port);
        await killed.ReadLineAsync(Stop);
        await killed.EndAsync(Kill);

        await using var next = Listen(key, "--port", port);

        Assert.StartsWith("Removed ep_", await next.ReadLineAsync(Stop), StringComparison.Ordinal);
        var now = IdIn(await next.ReadLineAsync(Stop));
        Assert.Equal([now], await EndpointsAsync(key));
    }

    [Fact]
    public async Task An_endpoint_of_the_institutions_own_stays_though_nothing_answers_there()
    {
        var key = await shared.NewInstitutionAsync();
        using var client = new SinetaClient(new Uri(shared.Address), key);
        await client.CreateEndpointAsync(new Uri($"http://127.0.0.1:{FreePort.Find()}/hooks"), EarlierTerminals.Description, Stop);
        await client.CreateEndpointAsync(new Uri($"http://127.0.0.1:{FreePort.Find()}/"), "sineta listen on another machine", Stop);

        await using var listening = Listen(key);

        Assert.StartsWith("Listening as ep_", await listening.ReadLineAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(3, (await EndpointsAsync(key)).Length);
    }

    [Fact]
    public async Task A_sender_that_hangs_up_in_the_middle_of_a_request_ends_nothing()
    {
        await using var listening = Listen(await shared.NewInstitutionAsync());
        var url = new Uri((await listening.ReadLineAsync(Stop))!.Split(' ').Single(word => word.StartsWith("http:", StringComparison.Ordinal))
            .TrimEnd(';'));

        using (var sender = new TcpClient(url.Host, url.Port))
            await sender.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: 9\r\n\r\n{{"), Stop);

        Assert.Equal("A sender hung up in the middle of a request.", await listening.ReadLineAsync(Stop));
        using var http = new HttpClient();
        using var unsigned = await http.PostAsync(url, content: null, Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, unsigned.StatusCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Assert.Matches($"^Port {port} cannot be listened on \\(.+\\): choose another with --port\\.\n$", await RefusalAsync($"{port}"));
    }

    [Theory]
    [InlineData("99999")]
    [InlineData("-1")]
    public async Task A_port_that_is_none_is_told_in_one_sentence(string port) =>
        Assert.Equal($"{port} is no port: give --port a number from 1 to 65535.\n", await RefusalAsync(port));

    private static async Task<string> RefusalAsync(string port)
    {
        var listened = await CommandLine.RunAsync("listen", "--port", port, "--key", "sk_x");
        Assert.Equal((1, ""), (listened.ExitCode, listened.Output));
        return listened.Errors;
    }

    private static string IdIn(string? line) => line!.Split(' ').Single(word => word.StartsWith("ep_", StringComparison.Ordinal));

    private CommandLine.Running Listen(string key, params string[] arguments) =>
        CommandLine.Start(["listen", .. arguments, "--server", shared.Address, "--key", key]);

    private async Task<string[]> EndpointsAsync(string key)
    {
        using var client = new SinetaClient(new Uri(shared.Address), key);
        return await client.EndpointsAsync(Stop).Select(endpoint => endpoint.Id).ToArrayAsync(Stop);
    }
}
