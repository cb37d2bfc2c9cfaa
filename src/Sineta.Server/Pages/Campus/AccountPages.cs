using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.People;
using Sineta.Server.Pages.Sessions;

namespace Sineta.Server.Pages.Campus;

/// <summary>What people change about themselves. Not their name: a certificate is issued to it, and tells others who learned.</summary>
internal static class AccountPages
{
    public static void Map(RouteGroupBuilder campus)
    {
        var account = campus.MapGroup("/account");
        account.MapGet("", ShowAsync);
        account.MapPost("", ChangeAsync);
        account.MapPost("/password", ChangePasswordAsync);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        Viewer viewer, UserStore users, CancellationToken cancellationToken) =>
        await users.FindAsync(viewer.InstitutionId, viewer.LearnerId, cancellationToken) is { } user
            ? AccountPage.Of(new(user, FormOf(user), Form.Of())) : TypedResults.NotFound();

    private static async Task<IResult> ChangeAsync(
        Form form, Viewer viewer, HttpContext context, UserStore users, Notices notices, CancellationToken cancellationToken)
    {
        var change = await users.UpdateAsync(
            viewer.School, viewer.LearnerId, u => u with { Nickname = form.TextOrNull("nickname") }, cancellationToken);
        if (change is Change<User>.Made({ } changed))
        {
            await Session.RenameAsync(context, viewer with { Name = changed.Nickname ?? changed.Name });
            notices.Leave(context, new Notice(CampusTexts.AccountSaved));
            return TypedResults.LocalRedirect(CampusPages.Account);
        }

        if (change is Change<User>.Refused refused)
            form.Refuse(refused.Faults);
        return await users.FindAsync(viewer.InstitutionId, viewer.LearnerId, cancellationToken) is { } user
            ? AccountPage.Of(new(user, form, Form.Of()), StatusCodes.Status422UnprocessableEntity) : TypedResults.NotFound();
    }

    private static async Task<IResult> ChangePasswordAsync(
        Form form, Viewer viewer, HttpContext context, UserStore users, UserAccounts accounts, SignInLimits limits, Notices notices,
        CancellationToken cancellationToken)
    {
        if (await users.FindAsync(viewer.InstitutionId, viewer.LearnerId, cancellationToken) is not { } user)
            return TypedResults.NotFound();
        if (form.Raw("password") != form.Raw("again"))
            form.Refuse("again", CampusTexts.PasswordsDiffer);
        using var begun = limits.Begin(context.Connection.RemoteIpAddress);
        if (begun.Pause is null)
            limits.GoOn(begun, await accounts.NameAsync(user.Email, cancellationToken));
        if (begun.Pause is { } pause)
            form.Refuse("current", Texts.TooManyAttempts.With(Math.Ceiling(pause.TotalSeconds)));
        if (!form.HasFaults)
        {
            var change = await accounts.ChangePasswordAsync(
                viewer.School, user.Id, form.Raw("current"), form.Raw("password"), cancellationToken);
            if (change is Change<User>.Refused refused)
            {
                if (refused.Faults.Any(static f => f.Pointer == "/current"))
                    begun.Fail();
                form.Refuse(refused.Faults);
            }
            else if (change is Change<User>.Made({ } changed))
                await Session.BeginAsync(context, Viewer.Of(changed, viewer.School));
        }

        if (form.HasFaults)
            return AccountPage.Of(new(user, FormOf(user), form), StatusCodes.Status422UnprocessableEntity);
        notices.Leave(context, new Notice(CampusTexts.PasswordChanged));
        return TypedResults.LocalRedirect(CampusPages.Account);
    }

    private static Form FormOf(User user) => Form.Of(("nickname", user.Nickname));
}

/// <param name="Form">Of the nickname.</param>
/// <param name="Password">Of the password.</param>
public sealed record AccountModel(User User, Form Form, Form Password);
