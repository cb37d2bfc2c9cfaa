using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Sineta.Learning.People;

namespace Sineta.Server.Pages.Sessions;

/// <summary>A person's session: a cookie that only this server reads. It lasts for a working day after its last use.</summary>
internal static class Session
{
    public const string SignInPath = "/sign-in";
    private static readonly TimeSpan Recheck = TimeSpan.FromMinutes(1);
    private const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie = Cookies.Own("sineta.session", CookieSecurePolicy.SameAsRequest);
        options.ExpireTimeSpan = TimeSpan.FromHours(10);
        options.SlidingExpiration = true;
        options.Events.OnValidatePrincipal = RecheckAsync;
        options.Events.OnRedirectToLogin = static context => AskToSignIn(context.HttpContext);
        options.Events.OnRedirectToAccessDenied = static context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    public static Task BeginAsync(HttpContext context, Viewer viewer) => context.SignInAsync(Scheme, viewer.ToPrincipal(Scheme));

    public static Task EndAsync(HttpContext context) => context.SignOutAsync(Scheme);

    /// <summary>Looks once a minute whether the user is still there, and is still what the session says.</summary>
    private static async Task RecheckAsync(CookieValidatePrincipalContext context)
    {
        var time = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>();
        if (time.GetUtcNow() - context.Properties.IssuedUtc < Recheck
            || Viewer.Of(context) is not { UserId: { } user, Institution: { } whose } viewer)
            return;
        var users = context.HttpContext.RequestServices.GetRequiredService<UserStore>();
        var found = await users.FindAsync(whose.Id, user, context.HttpContext.RequestAborted);
        if (found is null || Viewer.Of(found, whose).Role != viewer.Role)
            context.RejectPrincipal();
        else
            context.ShouldRenew = true;
    }

    /// <summary>What htmx asks for would put the sign-in into the middle of a page: it is told to load it.</summary>
    private static Task AskToSignIn(HttpContext context)
    {
        var lost = context.Request.Cookies.ContainsKey("sineta.session") || !HttpMethods.IsGet(context.Request.Method);
        var address = LocalUrl.With(SignInPath, "returnUrl", LocalUrl.Of(context.Request));
        address = LocalUrl.With(address, "lost", lost ? "1" : null);
        if (context.Request.Headers.ContainsKey("HX-Request"))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            context.Response.Headers["HX-Redirect"] = address;
        }
        else
        {
            context.Response.Redirect(address);
        }

        return Task.CompletedTask;
    }
}
