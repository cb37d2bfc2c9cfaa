using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Learning.People;

namespace Sineta.Server.Pages.Sessions;

/// <summary>Signing in and out.</summary>
internal static class SignInPages
{
    private const string OperatorAccount = "operator";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(Session.SignInPath, static RazorComponentResult (string? returnUrl, string? lost) =>
            SignInPage.Of(new(Form.Of(("returnUrl", returnUrl)), lost is not null)));
        pages.MapPost(Session.SignInPath, SignInAsync);
        pages.MapGet("/sign-in/operator", static RazorComponentResult (string? returnUrl) => OperatorSignInPage.Of(new(Form.Of(("returnUrl", returnUrl)))));
        pages.MapPost("/sign-in/operator", SignInOperatorAsync);
        pages.MapPost("/sign-out", SignOutAsync);
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> SignInAsync(
        Form form, HttpContext context, UserAccounts accounts, Configuration configuration, SignInLimits limits,
        CancellationToken cancellationToken)
    {
        var (email, password) = (form.Required("email"), form.Raw("password"));
        if (password.Length == 0)
            form.Refuse("password", Texts.MustBeGiven);
        if (!form.HasFaults && limits.Refuse(context.Connection.RemoteIpAddress, email) is { } pause)
            return SignInPage.Of(new(TooMany(form, "password", context, pause), IsLost: false), StatusCodes.Status429TooManyRequests);
        var signedIn = form.HasFaults ? null : await accounts.SignInAsync(email, password, cancellationToken);
        if (!form.HasFaults && signedIn is null)
            form.Refuse("password", Texts.WrongPassword);
        if (signedIn is null)
            return SignInPage.Of(new(form, IsLost: false), StatusCodes.Status422UnprocessableEntity);
        var viewer = Viewer.Of(signedIn.User, configuration.FindInstitution(signedIn.InstitutionId)!);
        await Session.BeginAsync(context, viewer);
        return TypedResults.LocalRedirect(LocalUrl.OrHome(form.TextOrNull("returnUrl"), viewer));
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> SignInOperatorAsync(
        Form form, HttpContext context, OperatorKey operatorKey, SignInLimits limits)
    {
        var key = form.Required("key");
        if (limits.Refuse(context.Connection.RemoteIpAddress, OperatorAccount) is { } pause)
            return OperatorSignInPage.Of(new(TooMany(form, "key", context, pause)), StatusCodes.Status429TooManyRequests);
        if (!form.HasFaults && !operatorKey.Matches(key))
            form.Refuse("key", Texts.WrongOperatorKey);
        if (form.HasFaults)
            return OperatorSignInPage.Of(new(form), StatusCodes.Status422UnprocessableEntity);
        await Session.BeginAsync(context, Viewer.Of(operatorKey));
        return TypedResults.LocalRedirect(LocalUrl.With("/institutions", "returnUrl", LocalUrl.OrElse(form.TextOrNull("returnUrl"), "/")));
    }

    private static Form TooMany(Form form, string field, HttpContext context, TimeSpan pause)
    {
        var seconds = Math.Ceiling(pause.TotalSeconds);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        form.Refuse(field, Texts.TooManyAttempts.With(seconds));
        return form;
    }

    private static async Task<RedirectHttpResult> SignOutAsync(HttpContext context, UserAccounts accounts, CancellationToken cancellationToken)
    {
        if (Viewer.Of(context) is { UserId: { } user, Institution: { } institution })
            await accounts.EndSessionsAsync(institution.Id, user, cancellationToken);
        await Session.EndAsync(context);
        return TypedResults.LocalRedirect("/");
    }
}
