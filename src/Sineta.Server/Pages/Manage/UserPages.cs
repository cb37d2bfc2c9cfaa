using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sineta.Learning;
using Sineta.Learning.Certificates;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Progress;
using Sineta.Learning.Trails;
using Sineta.Server.Api;
using Sineta.Server.Pages.Sessions;

namespace Sineta.Server.Pages.Manage;

/// <summary>
/// Users: the list, a new one, one with all that they learn, their settings, and the link by which they choose a password.
/// </summary>
internal static class UserPages
{
    /// <summary>In the list's address: only those who cannot sign in yet.</summary>
    public const string CannotYet = "no";

    private const string ListPath = $"{ManagePages.Path}/users";
    private const int MostShown = 200;
    private const int MostNamed = 3;

    private static readonly string[] LinkColumns = ["name", "email", "link", "expires_at"];

    public static void Map(RouteGroupBuilder users)
    {
        users.MapGet("", ListAsync);
        users.MapPost("", CreateAsync);
        users.MapGet("/new", static RazorComponentResult () => UserFormPage.Of(new(User: null, UserForm.Of(new UserDraft()))));
        users.MapPost("/password-links", IssueLinksAsync);
        users.MapGet("/{id:long}", ShowAsync);
        users.MapGet("/{id:long}/edit", EditAsync);
        users.MapPost("/{id:long}/edit", ChangeAsync);
        users.MapPost("/{id:long}/password-link", IssueLinkAsync);
        users.MapPost("/{id:long}/remove", RemoveAsync);
    }

    /// <summary>Those who have no password yet.</summary>
    public static string WithoutPassword => LocalUrl.With(ListPath, "can_sign_in", CannotYet);

    public static string PathOf(long id) => $"{ListPath}/{id}";

    private static async Task<RazorComponentResult> ListAsync(
        string? search, [FromQuery(Name = "can_sign_in")] string? canSignIn, string? after, Viewer viewer, UserStore users,
        CancellationToken cancellationToken)
    {
        var (wanted, cannot) = (Lists.Search(search), canSignIn == CannotYet);
        var found = await users.ListAsync(
            viewer.InstitutionId, UserFilter.Of(wanted) with { CannotSignIn = cannot }, Lists.After(after), ManagePages.PageSize + 1,
            cancellationToken);
        var address = LocalUrl.With(LocalUrl.With(ListPath, "search", wanted), "can_sign_in", cannot ? CannotYet : null);
        return UsersPage.Of(new(
            [.. found.Take(ManagePages.PageSize)], wanted, cannot,
            Lists.Next(found, ManagePages.PageSize, address, static u => Lists.After(u.Name, u.Id)), after is null ? null : address));
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> CreateAsync(
        Form form, Viewer viewer, UserStore users, Reply reply, CancellationToken cancellationToken)
    {
        var change = await users.RegisterAsync(viewer.Managed, UserForm.Read(form, new UserDraft()), cancellationToken);
        if (change is Change<User>.Made(var user))
            return await LeadAsync(user, ManageTexts.UserCreated, viewer, users, reply, cancellationToken);
        form.Refuse(change);
        return UserFormPage.Of(new(User: null, form), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, Viewer viewer, UserStore users, EnrollmentRoster roster, CertificateStore certificates, TrailProgress trails,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await users.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } user)
            return TypedResults.NotFound();
        var today = viewer.Today(time);
        var enrollments = await roster.ListAsync(
            viewer.InstitutionId, new EnrollmentFilter(UserId: id), today, before: null, MostShown, cancellationToken);
        return UserPage.Of(new(
            user, enrollments, await trails.OfLearnerAsync(viewer.InstitutionId, id, cancellationToken),
            await certificates.ListOfUserAsync(viewer.InstitutionId, id, cancellationToken), today));
    }

    private static async Task<Results<RazorComponentResult, NotFound>> EditAsync(
        long id, Viewer viewer, UserStore users, CancellationToken cancellationToken) =>
        await users.FindAsync(viewer.InstitutionId, id, cancellationToken) is { } user
            ? UserFormPage.Of(new(user, UserForm.Of(UserDraft.Of(user)))) : TypedResults.NotFound();

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> ChangeAsync(
        long id, Form form, Viewer viewer, UserStore users, Reply reply, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } user)
            return TypedResults.NotFound();
        if (id == viewer.UserId && form.Text("role") != Sineta.Learning.Words.Of(Role.Manager))
        {
            form.Refuse("role", ManageTexts.OwnRole);
            return UserFormPage.Of(new(user, form), StatusCodes.Status422UnprocessableEntity);
        }

        var change = await users.UpdateAsync(viewer.Managed, id, present => UserForm.Read(form, present), cancellationToken);
        if (change is Change<User>.Made(var changed))
            return await LeadAsync(changed, ManageTexts.Saved, viewer, users, reply, cancellationToken);
        form.Refuse(change);
        return UserFormPage.Of(new(user, form), StatusCodes.Status422UnprocessableEntity);
    }

    // One person may have two accounts, but hardly ever should.
    private static async Task<RedirectHttpResult> LeadAsync(
        User user, string done, Viewer viewer, UserStore users, Reply reply, CancellationToken cancellationToken)
    {
        var others = await users.WithCpfOfAsync(user, viewer.InstitutionId, MostNamed, cancellationToken);
        return others.Count == 0
            ? reply.Lead(PathOf(user.Id), done)
            : reply.Warn(
                PathOf(user.Id),
                $"{done} {ManageTexts.CpfShared.With(string.Join(", ", others.Select(static o => $"{o.Name} ({o.Email})")))}");
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> IssueLinkAsync(
        long id, Viewer viewer, HttpRequest request, UserAccounts accounts, Reply reply, CancellationToken cancellationToken) =>
        await accounts.IssueResetAsync(viewer.Managed, id, cancellationToken) is { } token
            ? reply.Lead(
                PathOf(id), ManageTexts.LinkIssued,
                $"{request.Scheme}://{request.Host}{PasswordPages.PathOf(viewer.InstitutionId, token)}")
            : TypedResults.NotFound();

    private static async Task<Results<TableExport, RedirectHttpResult>> IssueLinksAsync(
        Form form, Viewer viewer, HttpRequest request, UserAccounts accounts, Reply reply, CancellationToken cancellationToken)
    {
        var issued = await accounts.IssueResetsAsync(viewer.Managed, UserFilter.Of(Lists.Search(form.Text("search"))), cancellationToken);
        if (issued.Count == 0)
            return reply.Fail(WithoutPassword, ManageTexts.EverybodyCanSignIn);
        var site = $"{request.Scheme}://{request.Host}";
        var rows = issued.Select(i => new object?[]
        {
            i.User.Name, i.User.Email, site + PasswordPages.PathOf(viewer.InstitutionId, i.Token), i.ExpiresAt,
        });
        return new TableExport("password-links", "csv", LinkColumns, rows.ToAsyncEnumerable()).For(Sheets.Of(viewer.Managed.Clock));
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> RemoveAsync(
        long id, Viewer viewer, UserStore users, Reply reply, CancellationToken cancellationToken)
    {
        if (id == viewer.UserId)
            return reply.Fail(PathOf(id), ManageTexts.OwnAccount);
        var change = await users.RemoveAsync(viewer.Managed, id, cancellationToken);
        return change is Change<User>.Made
            ? reply.Lead($"{ManagePages.Path}/users", ManageTexts.UserRemoved) : reply.Of(change, PathOf(id));
    }
}

/// <summary>A user's settings as a form, there and back.</summary>
internal static class UserForm
{
    public static Form Of(UserDraft draft) => Form.Of(
        ("name", draft.Name), ("email", draft.Email), ("cpf", draft.Cpf), ("nickname", draft.Nickname), ("uuid", draft.Uuid),
        ("role", draft.Role));

    public static UserDraft Read(Form form, UserDraft present) => present with
    {
        Name = form.Text("name"),
        Email = form.Text("email"),
        Cpf = form.Text("cpf"),
        Nickname = form.TextOrNull("nickname"),
        Uuid = form.TextOrNull("uuid"),
        Role = form.TextOrNull("role") ?? present.Role,
    };
}

/// <param name="CannotSignIn">Only those who cannot sign in yet are shown.</param>
/// <param name="First">Null where this is the first page.</param>
public sealed record UsersModel(IReadOnlyList<User> Users, string? Search, bool CannotSignIn, string? Next, string? First);

/// <param name="User">Null: a new one.</param>
public sealed record UserFormModel(User? User, Form Form);

public sealed record UserModel(
    User User, IReadOnlyList<RosterRow> Enrollments, IReadOnlyList<TrailParticipation> Trails, IReadOnlyList<Certificate> Certificates,
    DateOnly Today);
