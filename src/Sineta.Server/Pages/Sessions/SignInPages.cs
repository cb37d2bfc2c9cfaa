using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Learning.People;

namespace Sineta.Server.Pages.Sessions;

/// <summary>Signing in and out.</summary>
internal static class SignInPages
{
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
        else if (!UserAccounts.CanBe(email, password))
            form.Refuse("password", Texts.WrongPassword);
        if (form.HasFaults)
            return Refused(form);
        using var begun = limits.Begin(context.Connection.RemoteIpAddress);
        if (begun.Pause is null)
            limits.GoOn(begun, await accounts.NameAsync(email, cancellationToken));
        if (begun.Pause is { } pause)
            return SignInPage.Of(new(TooMany(form, "password", context, pause), IsLost: false), StatusCodes.Status429TooManyRequests);
        if (await accounts.SignInAsync(email, password, cancellationToken) is not { } signedIn)
        {
            begun.Fail();
            form.Refuse("password", Texts.WrongPassword);
            return Refused(form);
        }

        var viewer = Viewer.Of(signedIn.User, configuration.FindInstitution(signedIn.InstitutionId)!);
        await Session.BeginAsync(context, viewer);
        return TypedResults.LocalRedirect(LocalUrl.OrHome(form.TextOrNull("returnUrl"), viewer));
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> SignInOperatorAsync(
        Form form, HttpContext context, OperatorKey operatorKey, SignInLimits limits)
    {
        var key = form.Required("key");
        if (form.HasFaults)
            return OperatorSignInPage.Of(new(form), StatusCodes.Status422UnprocessableEntity);
        using var begun = limits.BeginAsOperator(context.Connection.RemoteIpAddress);
        if (begun.Pause is { } pause)
            return OperatorSignInPage.Of(new(TooMany(form, "key", context, pause)), StatusCodes.Status429TooManyRequests);
        if (!operatorKey.Matches(key))
        {
            begun.Fail();
            form.Refuse("key", Texts.WrongOperatorKey);
            return OperatorSignInPage.Of(new(form), StatusCodes.Status422UnprocessableEntity);
        }

        await Session.BeginAsync(context, Viewer.Of(operatorKey));
        return TypedResults.LocalRedirect(LocalUrl.With("/institutions", "returnUrl", LocalUrl.OrElse(form.TextOrNull("returnUrl"), "/")));
    }

    private static RazorComponentResult Refused(Form form) =>
        SignInPage.Of(new(form, IsLost: false), StatusCodes.Status422UnprocessableEntity);

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
