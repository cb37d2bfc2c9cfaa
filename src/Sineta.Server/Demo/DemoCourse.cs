using Sineta.Learning;
using Sineta.Learning.Catalog;

namespace Sineta.Server.Demo;

/// <summary>A course of the demo school.</summary>
/// <param name="Hours">Its workload.</param>
/// <param name="Template">The certificate that it gives.</param>
internal sealed record DemoCourse(
    string Name, string Description, int Hours, DemoTemplate Template, IReadOnlyList<DemoLesson> Lessons);

internal sealed record DemoLesson(string Title, IReadOnlyList<DemoContent> Contents);

/// <summary>The demo school's two certificates.</summary>
internal enum DemoTemplate
{
    Participation,
    Achievement,
}

/// <summary>A content of the demo school, as its courses are written down.</summary>
/// <param name="Medium">The file that goes with it; null for none.</param>
internal sealed record DemoContent(ContentDraft Draft, DemoMedia? Medium = null)
{
    public static DemoContent Reading(string title, string text) => new(DraftOf(ContentKind.Text, title, text));

    public static DemoContent Watch(string title, DemoMedia medium, string text) => new(DraftOf(ContentKind.Video, title, text), medium);

    public static DemoContent Listen(string title, DemoMedia medium, string text) => new(DraftOf(ContentKind.Audio, title, text), medium);

    public static DemoContent Document(string title, DemoMedia medium, string text) => new(DraftOf(ContentKind.Pdf, title, text), medium);

    /// <summary>A live lesson, where nobody has to be.</summary>
    public static DemoContent Meeting(string title, string text) =>
        new(DraftOf(ContentKind.Live, title, text) with { Url = "https://meet.example/plantao", Required = false });

    public static DemoContent Exam(string title, int attempts, params QuestionDraft[] questions) =>
        new(DraftOf(ContentKind.Quiz, title, text: null) with { MaxAttempts = attempts, Questions = questions });

    /// <summary>A question with one right option.</summary>
    public static QuestionDraft One(string text, int right, string[] options, string explanation) =>
        new() { Kind = Words.Of(QuestionKind.Single), Text = text, Options = options, RightOptions = [right], Explanation = explanation };

    /// <summary>A question with several right options.</summary>
    public static QuestionDraft Many(string text, int[] right, string[] options, string explanation) =>
        new() { Kind = Words.Of(QuestionKind.Multiple), Text = text, Options = options, RightOptions = right, Explanation = explanation };

    /// <summary>A question that is answered in a few words.</summary>
    public static QuestionDraft Short(string text, string[] right, string explanation) =>
        new() { Kind = Words.Of(QuestionKind.ShortText), Text = text, RightTexts = right, Explanation = explanation };

    private static ContentDraft DraftOf(ContentKind kind, string title, string? text) =>
        new() { Kind = Words.Of(kind), Title = title, Body = text, Published = true };
}
