using System.Globalization;
using System.Net;
using System.Text.Json;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>An institution with a school, made over HTTP, and a learner's browser in it.</summary>
internal sealed class CampusSchool : IDisposable
{
    private readonly ApiServer _server;
    private readonly ApiClient _api;
    private long _school;
    private long _template;
    private int _users;

    private CampusSchool(ApiServer server, ApiClient api) => (_server, _api) = (server, api);

    public long Institution { get; private set; }

    public long LearnerId { get; private set; }

    public ApiClient Api => _api;

    public static async Task<CampusSchool> OpenAsync(ApiServer server)
    {
        using var operators = server.Client(ApiServer.OperatorKey);
        var made = (await operators.PostAsync("/v1/institutions", new { name = "Instituto Aurora", time_zone = "America/Sao_Paulo" })).Body;
        var school = new CampusSchool(server, server.Client(made.GetProperty("api_key").GetString()))
        {
            Institution = made.GetProperty("id").GetInt64(),
        };
        school.LearnerId = await school.AddUserAsync("Ana <b>Souza</b>");
        school._school = await school.MadeAsync("/v1/schools", new { name = "Escola de Ofícios" });
        school._template = await school.MadeAsync("/v1/certificate-templates", new
        {
            name = "Modelo",
            type = "participation",
            title = "Certificado de Conclusão",
            text = "{name}, CPF {cpf}, concluiu {course}.",
        });
        return school;
    }

    public Task<long> AddUserAsync(string name) => MadeAsync(
        "/v1/users", new { name, email = $"pessoa{Interlocked.Increment(ref _users)}@example.com", cpf = "529.982.247-25" });

    /// <summary>A published course with these contents, all in one lesson; each is required unless it says otherwise.</summary>
    public async Task<(long Id, long[] Contents)> AddCourseAsync(string name, params object[] contents)
    {
        var course = await MadeAsync(
            "/v1/courses",
            new { school_id = _school, name, workload_hours = 10, certificate_template_id = _template, description = "**Prático**" });
        var lesson = await MadeAsync($"/v1/courses/{course}/lessons", new { title = "Madeiras" });
        var ids = new List<long>();
        foreach (var content in contents)
            ids.Add(await MadeAsync($"/v1/lessons/{lesson}/contents", content));
        (await _api.PatchAsync($"/v1/courses/{course}", new { status = "published" })).Ok();
        return (course, [.. ids]);
    }

    public static object Text(string title = "O pinho", string body = "É macio.") => new { kind = "text", title, body, published = true };

    public async Task<long> MadeAsync(string path, object body) =>
        (await _api.PostAsync(path, body)).Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();

    public async Task<string> AddFileAsync(string name, string type, byte[] bytes) =>
        (await _api.PostBytesAsync($"/v1/files?name={name}", bytes, type)).Ok(HttpStatusCode.Created).GetProperty("id").GetString()!;

    /// <summary>The learner's browser.</summary>
    public PageClient Browser(string language = "en") =>
        new PageClient(_server.Address, language).As(_server, Roles.Learner, Institution, userId: LearnerId);

    /// <summary>What was told, oldest first: what and, where it has one, by which way.</summary>
    public async Task<string[]> ToldAsync() =>
        [.. (await _api.GetAsync("/v1/events?limit=100")).Ok().GetProperty("data").EnumerateArray().Reverse().Select(Told)];

    /// <summary>The enrolments of the learner, newest last.</summary>
    public async Task<long> EnrollmentAsync() =>
        (await _api.GetAsync($"/v1/enrollments?user_id={LearnerId}")).Ok().GetProperty("data").EnumerateArray().Last()
            .GetProperty("id").GetInt64();

    public static string Path(long course, long content) =>
        string.Create(CultureInfo.InvariantCulture, $"/campus/courses/{course}/contents/{content}");

    public void Dispose() => _api.Dispose();

    private static string Told(JsonElement told)
    {
        var slug = told.GetProperty("type").GetString()!["activities.".Length..];
        return told.GetProperty("source").GetString() is { } source ? $"{slug} by {source}" : slug;
    }
}
