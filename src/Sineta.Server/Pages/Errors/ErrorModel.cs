using Sineta.Delivery.Storage;

namespace Sineta.Server.Pages.Errors;

/// <summary>What happened, and what to do.</summary>
/// <param name="What">What happened.</param>
/// <param name="Do">What the person can do.</param>
/// <param name="CanRetry">Whether loading the page again may help.</param>
public sealed record ErrorModel(int Status, string Title, string What, string Do, bool CanRetry = false)
{
    public static ErrorModel BadForm => new(400, Texts.ErrorBadFormTitle, Texts.ErrorBadFormWhat, Texts.ErrorBadFormDo);

    /// <summary>Of a status that nothing else was said with.</summary>
    public static ErrorModel Of(int status) => status switch
    {
        403 => new(status, Texts.ErrorForbiddenTitle, Texts.ErrorForbiddenWhat, Texts.ErrorForbiddenDo),
        404 => new(status, Texts.ErrorNotFoundTitle, Texts.ErrorNotFoundWhat, Texts.ErrorNotFoundDo),
        413 => new(status, Texts.ErrorTooLargeTitle, Texts.ErrorTooLargeWhat, Texts.ErrorTooLargeDo),
        _ => new(status, Texts.ErrorOtherTitle, Texts.ErrorOtherWhat.With(status), Texts.ErrorOtherDo),
    };

    /// <summary>Of what a handler threw.</summary>
    public static ErrorModel Of(Exception? error) => error switch
    {
        BadHttpRequestException bad => Of(bad.StatusCode),
        not null when Database.IsCancelled(error) =>
            new(503, Texts.ErrorTooBroadTitle, Texts.ErrorTooBroadWhat, Texts.ErrorTooBroadDo, CanRetry: true),
        not null when Database.IsUnavailable(error) =>
            new(503, Texts.ErrorDatabaseTitle, Texts.ErrorDatabaseWhat, Texts.ErrorDatabaseDo, CanRetry: true),
        _ => new(500, Texts.ErrorInternalTitle, Texts.ErrorInternalWhat, Texts.ErrorInternalDo, CanRetry: true),
    };
}
