using System.Text;
using Sineta.Cli.Api;
using Sineta.Events;
using Spectre.Console;

namespace Sineta.Cli.Demo;

/// <summary>
/// The whole way, with real processes: a server with its own database, a receiver, an endpoint that proves itself, and the five events,
/// each compared with what was sent when it arrives.
/// </summary>
internal sealed class DemoStory(FileInfo serverProgram, FileInfo receiverProgram)
{
    private const string Yes = "[green]✓[/]";
    private const string No = "[red]✗[/]";
    private const string Ready = "Sineta is ready: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeProvider Time = TimeProvider.System;

    // As a learner's year goes.
    private static readonly EventType[] Story =
    [
        EventTypes.CourseEnrollment, EventTypes.ContentCompleted, EventTypes.CourseCompleted, EventTypes.TrailCompleted,
        EventTypes.CertificateIssued,
    ];

    /// <returns>0 when all five arrived verified and exactly as sent.</returns>
    public async Task<int> TellAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("sineta-demo-");
        try
        {
            var arrived = await RunAsync(folder.FullName, cancellationToken);
            var isWhole = arrived == Story.Length;
            Say(isWhole ? Yes : No, $"{arrived} of {Story.Length} events arrived verified and exactly as sent; all is stopped again.");
            return isWhole ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<int> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var operatorKey = $"demo-{Guid.CreateVersion7():N}";
        var began = Time.GetTimestamp();
        await using var server = StartServer(folder, operatorKey);
        var address = new Uri((await server.LineWithAsync(Ready, Patience, cancellationToken))[Ready.Length..]);
        Done($"The server and its PostgreSQL run at {address} after {Time.GetElapsedTime(began).TotalSeconds:0.0} s");

        var institution = await CreateInstitutionAsync(address, operatorKey, cancellationToken);
        using var client = new SinetaClient(address, institution.ApiKey);
        var receiverAddress = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        var endpoint = await client.CreateEndpointAsync(new Uri(receiverAddress, "/hooks"), "The demo's receiver", cancellationToken);
        Done($"Institution {institution.Id} has the endpoint {endpoint.Id}: not a byte goes there before it has proven itself");

        await using var receiver = StartReceiver(receiverAddress, endpoint.Secret!);
        await receiver.ListensAsync(receiverAddress, Patience, cancellationToken);
        var verified = await client.VerifyEndpointAsync(endpoint.Id, cancellationToken);
        if (verified.Status != "active")
            throw new CliException($"The receiver did not prove itself: {verified.Verification.Problem}");
        Done($"The receiver runs at {receiverAddress} and echoed the challenge of a signed handshake");

        // The first delivery has both programs compile what they run, and is not counted among the five.
        var test = await client.TestEndpointAsync(endpoint.Id, cancellationToken);
        await receiver.LineWithAsync($" {test.EventId} ", Patience, cancellationToken);
        Done("A test, sent before anything real, arrived verified");
        return await PublishAllAsync(client, receiver, cancellationToken);
    }

    private ChildProcess StartServer(string folder, string operatorKey)
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Sineta__DataDirectory"] = folder,
            ["Sineta__OperatorKey"] = operatorKey,
        };
        return ChildProcess.Start(serverProgram, settings, "--urls", "http://127.0.0.1:0");
    }

    private ChildProcess StartReceiver(Uri address, string secret)
    {
        // By the environment, because everybody on the machine can read a command line.
        var settings = new Dictionary<string, string> { ["Sineta__Secret"] = secret };
        return ChildProcess.Start(receiverProgram, settings, "--urls", address.GetLeftPart(UriPartial.Authority));
    }

    private static async Task<CreatedInstitution> CreateInstitutionAsync(
        Uri server, string operatorKey, CancellationToken cancellationToken)
    {
        using var operators = new SinetaClient(server, operatorKey);
        return await operators.CreateInstitutionAsync("Escola da Sineta", "America/Sao_Paulo", cancellationToken);
    }

    private static async Task<int> PublishAllAsync(SinetaClient client, ChildProcess receiver, CancellationToken cancellationToken)
    {
        var arrived = 0;
        foreach (var type in Story)
        {
            var submission = new Submission(type.Slug, Sample.DataOf(type), Sample.SendAtOf(type));
            var published = await client.PublishAsync(submission, cancellationToken);
            var committed = Time.GetUtcNow();
            var arrival = Arrival.Parse(await receiver.LineWithAsync($" {published.Id} ", Patience, cancellationToken));
            arrived += Show(type, arrival, Way(arrival.At, committed)) ? 1 : 0;
        }

        return arrived;
    }

    private static bool Show(EventType type, Arrival arrival, string way)
    {
        var isExact = arrival.Slug == type.Slug && Encoding.UTF8.GetBytes(arrival.Body).AsSpan().SequenceEqual(type.Sample.Span);
        var verdict = isExact ? $"verified, {type.Sample.Length} bytes exactly as sent" : "but not as sent";
        Say(isExact ? Yes : No, $"{type.Slug,-31} {arrival.EventId}  commit→arrival {way}  {verdict}");
        return isExact;
    }

    /// <summary>What arrives before its publisher has even read the answer to the commit has arrived at once.</summary>
    private static string Way(DateTimeOffset arrived, DateTimeOffset committed) =>
        arrived > committed ? $"{(arrived - committed).TotalMilliseconds,5:0.0} ms" : " at once";

    private static void Done(string sentence) => Say(Yes, sentence);

    private static void Say(string mark, string sentence) => AnsiConsole.MarkupLine($"{mark} {Markup.Escape(sentence)}");
}
