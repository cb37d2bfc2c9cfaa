using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;

namespace Sineta.Server.Pages.Manage;

/// <summary>Answers a button or a form: leads to a page, which says what came of it.</summary>
internal sealed class Reply(HttpContext context, Notices notices)
{
    /// <summary>Leads to a page that says what was done.</summary>
    public RedirectHttpResult Lead(string path, string? done = null, string? secret = null)
    {
        if (done is not null)
            notices.Leave(context, new Notice(done, Secret: secret));
        return TypedResults.LocalRedirect(path);
    }

    /// <summary>Leads to a page that says what was done, and what is to be looked at.</summary>
    public RedirectHttpResult Warn(string path, string sentence)
    {
        notices.Leave(context, new Notice(sentence, Notice.Warning));
        return TypedResults.LocalRedirect(path);
    }

    /// <summary>Leads to a page that says what was wrong.</summary>
    public RedirectHttpResult Fail(string path, string sentence)
    {
        notices.Leave(context, new Notice(Sentences.InPageLanguage(sentence), Notice.Danger));
        return TypedResults.LocalRedirect(path);
    }

    /// <summary>What came of a button, which has no fields that could be wrong.</summary>
    public Results<RedirectHttpResult, NotFound> Of<T>(Change<T> change, string path, string? done = null) => change switch
    {
        Change<T>.Made => Lead(path, done),
        Change<T>.Refused(var faults) => Fail(path, faults[0].Message),
        Change<T>.Impossible(var sentence) => Fail(path, sentence),
        Change<T>.Unconfirmed(var completions) => Fail(path, ManageTexts.WouldComplete.With(completions)),
        _ => TypedResults.NotFound(),
    };

    public static ValueTask<Reply?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(new Reply(context, context.RequestServices.GetRequiredService<Notices>()));
}

/// <summary>Takes over into a form what a change was refused for.</summary>
internal static class RefusedForms
{
    /// <summary>The field of what is wrong with the whole, which the form says on top.</summary>
    public const string Whole = "";

    extension(Form form)
    {
        public void Refuse<T>(Change<T> change)
        {
            if (change is Change<T>.Refused(var faults))
                form.Refuse(faults);
            else if (change is Change<T>.Impossible(var sentence))
                form.Refuse(Whole, Sentences.InPageLanguage(sentence));
        }
    }
}
