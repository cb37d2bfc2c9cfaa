using System.Net;
using System.Text.RegularExpressions;

namespace Sineta.Bench.Parts;

/// <summary>Somebody who opens pages: signed in by the form, with the cookies of a browser.</summary>
internal sealed partial class Visitor : IDisposable
{
    private readonly HttpClient _http;

    private Visitor(Server server) =>
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(server.Address) };

    public static Task<Visitor> SignInAsync(Server server, string email, string password, CancellationToken cancellationToken) =>
        EnterAsync(server, cancellationToken, ("/sign-in", new() { ["email"] = email, ["password"] = password }));

    /// <summary>The operator, looking at an institution.</summary>
    public static Task<Visitor> SignInOperatorAsync(Server server, long institutionId, CancellationToken cancellationToken) =>
        EnterAsync(server, cancellationToken, ("/sign-in/operator", new() { ["key"] = Server.OperatorKey }), ($"/institutions/{institutionId}", []));

    public void Dispose() => _http.Dispose();

    /// <summary>Opens a page, all of it.</summary>
    public async Task OpenAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new BenchFailedException($"{path} was answered {(int)answer.StatusCode}.");
    }

    private static async Task<Visitor> EnterAsync(
        Server server, CancellationToken cancellationToken, params (string Path, Dictionary<string, string> Fields)[] forms)
    {
        var visitor = new Visitor(server);
        foreach (var (path, fields) in forms)
            await visitor.PostAsync(path, fields, cancellationToken);
        return visitor;
    }

    private async Task PostAsync(string path, Dictionary<string, string> fields, CancellationToken cancellationToken)
    {
        var page = await _http.GetStringAsync(new Uri("/sign-in", UriKind.Relative), cancellationToken);
        fields["__RequestVerificationToken"] = Token().Match(page).Groups["token"].Value;
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), form, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.Redirect)
            throw new BenchFailedException($"The form of {path} was answered {(int)answer.StatusCode}.");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex Token();
}
