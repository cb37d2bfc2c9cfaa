using Microsoft.AspNetCore.Diagnostics;
using Sineta.Delivery.Storage;
using Sineta.Server.Pages.Errors;

namespace Sineta.Server.Api;

/// <summary>
/// Turns what is not answered by a handler (no such route, a fault of ours, a database that is away) into problems, or for people into
/// pages.
/// </summary>
internal static class ErrorAnswers
{
    private static readonly TimeSpan DatabasePause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SearchPause = TimeSpan.FromSeconds(30);

    public static void UseErrorAnswers(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerExceptionAsync,
            SuppressDiagnosticsCallback = static failure =>
                failure.Exception is BadHttpRequestException || Database.IsUnavailable(failure.Exception),
        });
        app.UseStatusCodePages(static pages => AnswerStatusAsync(pages.HttpContext));
    }

    private static Task AnswerExceptionAsync(HttpContext context)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        return ErrorPages.IsFor(context.Request) ? ErrorPages.AnswerAsync(context, error) : AnswerOf(error).ExecuteAsync(context);
    }

    private static Task AnswerStatusAsync(HttpContext context) => ErrorPages.IsFor(context.Request)
        ? ErrorPages.AnswerAsync(context, context.Response.StatusCode) : AnswerStatus(context).ExecuteAsync(context);

    private static ProblemResult AnswerOf(Exception? error) => error switch
    {
        BadHttpRequestException bad => ProblemTypes.OfStatus(bad.StatusCode).With(bad.Message),
        not null when Database.IsCancelled(error) => ProblemTypes.TooBroad.With(
            SearchPause, "The database gave the search up. Narrow the filter, or try again when less is going on."),
        not null when Database.IsUnavailable(error) => ProblemTypes.Overloaded.With(DatabasePause, "The database does not answer."),
        _ => ProblemTypes.Internal.With("The request could not be served."),
    };

    private static ProblemResult AnswerStatus(HttpContext context) => context.Response.StatusCode switch
    {
        404 => ProblemTypes.NotFound.With($"Nothing is at {context.Request.Path}."),
        405 => ProblemTypes.MethodNotAllowed.With(
            $"{context.Request.Method} is not for {context.Request.Path}, but {context.Response.Headers.Allow}."),
        415 => ProblemTypes.UnsupportedMediaType.With("The Content-Type must be application/json."),
        var status => ProblemTypes.OfStatus(status).With($"The request was answered {status}."),
    };
}
