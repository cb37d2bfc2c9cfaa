using System.Text;

namespace Sineta.Learning.Imports;

/// <summary>What a file of each kind has.</summary>
/// <param name="All">Every column that it may have.</param>
/// <param name="Required">Those that it must have.</param>
public sealed record ImportColumns(IReadOnlyList<string> All, IReadOnlyList<string> Required)
{
    /// <summary>One of them says whose row it is.</summary>
    public static readonly IReadOnlyList<string> Learner = ["user_id", "user_uuid", "user_email"];

    private static readonly ImportColumns Users = new(
        ["name", "email", "cpf", "nickname", "uuid", "role"], ["name", "email", "cpf"]);

    private static readonly ImportColumns Enrollments = new(
        [.. Learner, "course_id", "enrolled_at", "date_expire", "completed_at"], ["course_id", "enrolled_at"]);

    private static readonly ImportColumns Completions = new(
        [.. Learner, "content_id", "completed_at", "answer", "correct", "points", "points_possible"], ["content_id", "completed_at"]);

    // What the pages call them in Portuguese, and what else a list has above them.
    private static readonly Dictionary<string, string> Portuguese = new(StringComparer.Ordinal)
    {
        ["nome"] = "name",
        ["nome_completo"] = "name",
        ["e_mail"] = "email",
        ["apelido"] = "nickname",
        ["identificador_em_outros_sistemas"] = "uuid",
        ["papel"] = "role",
        ["id_do_aluno"] = "user_id",
        ["uuid_do_aluno"] = "user_uuid",
        ["e_mail_do_aluno"] = "user_email",
        ["email_do_aluno"] = "user_email",
        ["id_do_curso"] = "course_id",
        ["matriculado_em"] = "enrolled_at",
        ["ultimo_dia"] = "date_expire",
        ["concluido_em"] = "completed_at",
        ["id_do_conteudo"] = "content_id",
        ["resposta"] = "answer",
        ["correta"] = "correct",
        ["pontos"] = "points",
        ["pontos_possiveis"] = "points_possible",
        ["linha"] = "line",
        ["coluna"] = "column",
        ["motivo"] = "reason",
    };

    /// <summary>What the list of refused rows says beside their cells. It may come again with them, and says nothing.</summary>
    public static readonly IReadOnlyList<string> Refusal = ["line", "column", "reason"];

    /// <summary>
    /// The column that a header names, in English or Portuguese, whatever its case and accents; the header where it names none.
    /// </summary>
    public string NameOf(string header)
    {
        var letters = Spelling.Plain(header)
            .Select(static r => r.IsAscii && Rune.IsLetterOrDigit(r) ? char.ToLowerInvariant((char)r.Value) : '_');
        var folded = string.Concat(letters);
        var name = Portuguese.GetValueOrDefault(folded, folded);
        return All.Contains(name) || Refusal.Contains(name) ? name : header.Trim();
    }

    /// <summary>The columns of a kind.</summary>
    public static ImportColumns Of(ImportKind kind) => kind switch
    {
        ImportKind.Users => Users,
        ImportKind.Enrollments => Enrollments,
        _ => Completions,
    };
}
