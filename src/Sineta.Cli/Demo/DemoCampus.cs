using System.Text.Json;
using System.Text.Json.Nodes;
using Sineta.Cli.Api;

namespace Sineta.Cli.Demo;

/// <summary>
/// The small campus that the demo's learners are on, made through the API: a course of a text and a quiz, a trail, a class.
/// </summary>
internal sealed class DemoCampus(SinetaClient client, CancellationToken cancellationToken)
{
    private const string FirstCourse = "Primeiros socorros na escola";

    // None of them exists; their CPFs have the right check digits.
    private static readonly (string Name, string Cpf)[] People =
    [
        ("Ana Souza", "161.803.398-05"), ("Bruno Carvalho", "141.421.356-51"), ("Célia Nogueira", "173.205.080-52"),
        ("Davi Okamoto", "223.606.797-67"), ("Elisa Fagundes", "264.575.131-82"),
    ];

    private readonly List<long> _learners = [];
    private long _course, _text, _quiz, _question, _trail, _class;

    public static string Course => FirstCourse;

    public static string NameOf(int learner) => People[learner].Name;

    /// <summary>Founds it; none of this is an event.</summary>
    public async Task FoundAsync()
    {
        var school = await MakeAsync("/v1/schools", new() { ["name"] = "Colégio Aurora" });
        var template = await MakeAsync("/v1/certificate-templates", new()
        {
            ["name"] = "Aproveitamento",
            ["type"] = "achievement",
            ["approval_rate"] = 70,
            ["title"] = "Certificado de conclusão",
            ["text"] = "Certificamos que {name} concluiu o curso {course}, de {hours} horas.",
        });
        _course = await MakeAsync("/v1/courses", new()
        {
            ["school_id"] = school,
            ["name"] = FirstCourse,
            ["workload_hours"] = 6,
            ["certificate_template_id"] = template,
        });
        await AddContentsAsync();
        await client.PatchAsync($"/v1/courses/{_course}", new() { ["status"] = "published" }, cancellationToken);
        _trail = await MakeAsync("/v1/trails", new()
        {
            ["name"] = "Escola segura",
            ["status"] = "published",
            ["items"] = new JsonArray(new JsonObject { ["course_id"] = _course }),
        });
        _class = await MakeAsync(
            "/v1/classes", new() { ["course_id"] = _course, ["name"] = "Turma da manhã", ["starts_on"] = "2025-01-01" });
        foreach (var (name, cpf) in People)
        {
            var mailbox = name[..name.IndexOf(' ', StringComparison.Ordinal)].ToLowerInvariant().Replace('é', 'e');
            _learners.Add(await MakeAsync("/v1/users", new() { ["name"] = name, ["email"] = $"{mailbox}@demo.example", ["cpf"] = cpf }));
        }
    }

    /// <summary>Enrolls a learner, as the buttons and the API do.</summary>
    /// <returns>The enrolment.</returns>
    public Task<long> EnrollAsync(int learner, string source) =>
        MakeAsync("/v1/enrollments", new() { ["user_id"] = _learners[learner], ["course_id"] = _course, ["source"] = source });

    public Task InviteAsync(int learner) =>
        client.PostAsync($"/v1/classes/{_class}/students", new() { ["user_ids"] = new JsonArray(_learners[learner]) }, cancellationToken);

    public Task JoinTrailAsync(int learner) =>
        client.PostAsync($"/v1/trails/{_trail}/participants", new() { ["user_id"] = _learners[learner] }, cancellationToken);

    public Task ReadAsync(long enrollment) =>
        client.PostAsync($"/v1/enrollments/{enrollment}/completions", new() { ["content_id"] = _text }, cancellationToken);

    public Task AnswerAsync(long enrollment) => client.PostAsync($"/v1/enrollments/{enrollment}/completions", new()
    {
        ["content_id"] = _quiz,
        ["answers"] = new JsonArray(new JsonObject { ["question_id"] = _question, ["text"] = "192" }),
    }, cancellationToken);

    public Task ViewCertificateAsync(long enrollment) =>
        client.PostAsync($"/v1/enrollments/{enrollment}/certificate", [], cancellationToken);

    private async Task AddContentsAsync()
    {
        var lesson = await MakeAsync($"/v1/courses/{_course}/lessons", new() { ["title"] = "Antes de tudo" });
        _text = await MakeAsync($"/v1/lessons/{lesson}/contents", new()
        {
            ["kind"] = "text",
            ["title"] = "Três perguntas em dez segundos",
            ["body"] = "O lugar é seguro? A pessoa responde? Ela respira?",
            ["published"] = true,
        });
        var quiz = await client.PostAsync($"/v1/lessons/{lesson}/contents", new()
        {
            ["kind"] = "quiz",
            ["title"] = "Verifique o que aprendeu",
            ["published"] = true,
            ["questions"] = new JsonArray(new JsonObject
            {
                ["kind"] = "short_text",
                ["text"] = "Qual é o número do SAMU?",
                ["right_texts"] = new JsonArray("192"),
                ["explanation"] = "192 é gratuito e atende de qualquer telefone.",
            }),
        }, cancellationToken);
        (_quiz, _question) = (IdOf(quiz), IdOf(quiz.GetProperty("questions")[0]));
    }

    private async Task<long> MakeAsync(string path, JsonObject body) => IdOf(await client.PostAsync(path, body, cancellationToken));

    private static long IdOf(JsonElement made) => made.GetProperty("id").GetInt64();
}
