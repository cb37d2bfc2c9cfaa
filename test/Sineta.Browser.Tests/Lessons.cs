namespace Sineta.Browser.Tests;

/// <summary>Contents of courses, as the API takes them.</summary>
internal static class Lessons
{
    public static readonly object Text = new { kind = "text", title = "O pinho", body = "É macio.", published = true };

    public static readonly object Quiz = new
    {
        kind = "quiz",
        title = "Prova",
        published = true,
        questions = new[]
        {
            new { kind = "single", text = "O que alisa?", options = new[] { "Serrote", "Plaina" }, right_options = new[] { 1 }, points = 10 },
        },
    };
}
