using System.Text.Json;
using Sineta.Cli.Api;
using Spectre.Console;

namespace Sineta.Cli.Demo;

/// <summary>
/// The whole way, with real processes: a server with its own database, a receiver, an endpoint that proves itself, and learners whose
/// actions cause the five events, each compared when it arrives with what is on record.
/// </summary>
internal sealed class DemoStory(FileInfo serverProgram, FileInfo receiverProgram)
{
    private const string Yes = "[green]✓[/]";
    private const string No = "[red]✗[/]";
    private const string Ready = "Sineta is ready: ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeProvider Time = TimeProvider.System;

    // Five enrolments, two contents, a course, a trail and a certificate.
    private const int Events = 10;

    /// <returns>0 when all of them arrived verified and exactly as on record.</returns>
    public async Task<int> TellAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("sineta-demo-");
        try
        {
            var arrived = await RunAsync(folder.FullName, cancellationToken);
            var isWhole = arrived == Events;
            Say(isWhole ? Yes : No, $"{arrived} of {Events} events arrived verified and exactly as on record; all is stopped again.");
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

        // The first delivery has both programs compile what they run, and is not counted.
        var test = await client.TestEndpointAsync(endpoint.Id, "activities.course.completed", cancellationToken);
        await receiver.LineWithAsync($" {test.EventId} ", Patience, cancellationToken);
        Done("A test, sent before anything real, arrived verified");
        return await LiveAsync(client, receiver, cancellationToken);
    }

    private ChildProcess StartServer(string folder, string operatorKey)
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Sineta__DataDirectory"] = folder,
            ["Sineta__OperatorKey"] = operatorKey,
            ["Sineta__DemoSchool"] = "false",
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

    private static async Task<int> LiveAsync(SinetaClient client, ChildProcess receiver, CancellationToken cancellationToken)
    {
        var campus = new DemoCampus(client, cancellationToken);
        await campus.FoundAsync();
        Done($"A campus: a school, the course “{DemoCampus.Course}”, a trail, a class, and five learners");

        var ana = await campus.EnrollAsync(0, "catalog_card");
        var exact = await ArriveAsync($"{DemoCampus.NameOf(0)} clicks Start on a card of the catalog", 1);
        await campus.EnrollAsync(1, "course_details");
        exact += await ArriveAsync($"{DemoCampus.NameOf(1)} clicks Start/Enroll in the course's details", 1);
        await campus.EnrollAsync(2, "content_item");
        exact += await ArriveAsync($"{DemoCampus.NameOf(2)} clicks a content there", 1);
        await campus.InviteAsync(3);
        exact += await ArriveAsync($"{DemoCampus.NameOf(3)} is invited to the class", 1);
        await campus.EnrollAsync(4, "api");
        exact += await ArriveAsync($"{DemoCampus.NameOf(4)} is enrolled by another system", 1);

        await campus.JoinTrailAsync(0);
        await campus.ReadAsync(ana);
        exact += await ArriveAsync($"{DemoCampus.NameOf(0)}, who has joined the trail, reads the text to its end", 1);
        await campus.AnswerAsync(ana);
        exact += await ArriveAsync("… and answers the quiz, which completes content, course and trail", 3);
        await campus.ViewCertificateAsync(ana);
        exact += await ArriveAsync("… and clicks View certificate", 1);
        return exact;

        async Task<int> ArriveAsync(string action, int events)
        {
            AnsiConsole.MarkupLineInterpolated($"[bold]{action}[/]");
            var arrivals = new List<Arrival>();
            while (arrivals.Count < events)
                arrivals.Add(Arrival.Parse(await receiver.LineWithAsync(" activities.", Patience, cancellationToken)));
            var isExact = 0;
            foreach (var arrival in arrivals.OrderBy(a => a.EventId, StringComparer.Ordinal))
                isExact += Show(arrival, await client.EventAsync(arrival.EventId, cancellationToken)) ? 1 : 0;
            return isExact;
        }
    }

    private static bool Show(Arrival arrival, JsonElement onRecord)
    {
        var isExact = onRecord.GetProperty("body").GetRawText() == arrival.Body;
        var way = (arrival.At - onRecord.GetProperty("event").GetProperty("occurred_at").GetDateTimeOffset()).TotalMilliseconds;
        var verdict = isExact ? "verified, exactly as on record" : "not as on record";
        Say(isExact ? Yes : No, $"  {arrival.Slug,-31} action→arrival {way,5:0.0} ms  {verdict}");
        AnsiConsole.MarkupLineInterpolated($"    [grey]{arrival.Body}[/]");
        return isExact;
    }

    private static void Done(string sentence) => Say(Yes, sentence);

    private static void Say(string mark, string sentence) => AnsiConsole.MarkupLine($"{mark} {Markup.Escape(sentence)}");
}
