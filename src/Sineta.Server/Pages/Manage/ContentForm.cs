using System.Globalization;
using Sineta.Events;
using Sineta.Learning;
using Sineta.Learning.Catalog;

namespace Sineta.Server.Pages.Manage;

/// <summary>A content as a form, there and back: each kind has the fields that it needs.</summary>
internal static class ContentForm
{
    public static Form Of(ContentDraft draft, InstitutionClock clock)
    {
        var form = Form.Of(
            ("kind", draft.Kind),
            ("title", draft.Title),
            ("lesson_id", draft.LessonId?.ToString(CultureInfo.InvariantCulture)),
            ("published", draft.Published ? "1" : ""),
            ("required", draft.Required ? "1" : ""),
            ("body", draft.Body),
            ("url", draft.Url),
            ("file_id", draft.FileId),
            ("required_share", (draft.RequiredShare ?? ContentRules.DefaultShare).ToString(CultureInfo.InvariantCulture)),
            ("starts_at",
            draft.StartsAt is { } start ? clock.ToLocal(start).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture) : ""),
            ("max_attempts", draft.MaxAttempts?.ToString(CultureInfo.InvariantCulture)),
            ("explanation", draft.Explanation));
        QuizForm.Put(form, draft.Questions);
        return form;
    }

    /// <summary>What was typed, of the fields that the kind has; what cannot be read is refused in the form.</summary>
    public static ContentDraft Read(Form form, ContentDraft present, InstitutionClock clock)
    {
        var kind = Words.Parse<ContentKind>(present.Kind!);
        var isMedium = kind is ContentKind.Video or ContentKind.Audio;
        var hasFile = isMedium || kind is ContentKind.Pdf;
        var draft = present with
        {
            Title = form.Text("title"),
            LessonId = form.LongNumber("lesson_id") ?? present.LessonId,
            Published = form.Has("published", "1"),
            Required = form.Has("required", "1"),
            Body = form.TextOrNull("body"),
            Url = hasFile || kind is ContentKind.Live ? form.TextOrNull("url") : null,
            FileId = hasFile ? form.TextOrNull("file_id") : null,
            RequiredShare = isMedium ? form.Number("required_share") : null,
            StartsAt = kind is ContentKind.Live ? form.Moment("starts_at", clock) : null,
            MaxAttempts = kind is ContentKind.Quiz ? form.Number("max_attempts") : null,
            Explanation = form.TextOrNull("explanation"),
            Questions = kind is ContentKind.Quiz ? QuizForm.Read(form) : [],
        };
        if (hasFile && form.FaultsOf("file_id").Count == 0 && (draft.Url is null) == (draft.FileId is null))
            form.Refuse("url", draft.Url is null ? ManageTexts.UrlOrFileNeeded : ManageTexts.UrlAndFile);
        return draft;
    }

    /// <summary>Every fault at once, those that the form found already among them.</summary>
    public static void Refuse(Form form, ContentDraft draft, Change<Content>? change)
    {
        if (change is Change<Content>.Impossible)
            form.Refuse(change);
        var faults = change is Change<Content>.Refused(var refused) ? refused : ContentRules.Check(draft).Faults;
        foreach (var fault in faults)
        {
            var field = QuizForm.FieldOf(fault.Pointer) ?? fault.Pointer.TrimStart('/').Split('/')[0];
            // A file that was refused is not missing.
            if (field == "url" && draft.Url is null && form.FaultsOf("file_id").Count > 0)
                continue;
            if (change is not null || form.FaultsOf(field).Count == 0)
                form.Refuse(field, Sentences.InPageLanguage(fault.Message));
        }
    }
}
