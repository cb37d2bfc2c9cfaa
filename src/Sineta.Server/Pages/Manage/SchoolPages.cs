using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.People;

namespace Sineta.Server.Pages.Manage;

/// <summary>Schools, with the users who manage them.</summary>
internal static class SchoolPages
{
    private static readonly char[] Separators = ['\n', '\r', ',', ';', ' ', '\t'];

    public static void Map(RouteGroupBuilder schools)
    {
        schools.MapGet("", ListAsync);
        schools.MapPost("", CreateAsync);
        schools.MapGet("/new", static RazorComponentResult () => SchoolPage.Of(new(School: null, Form.Of())));
        schools.MapGet("/{id:long}", ShowAsync);
        schools.MapPost("/{id:long}", ChangeAsync);
    }

    private static async Task<RazorComponentResult> ListAsync(
        long? after, Viewer viewer, SchoolStore schools, CancellationToken cancellationToken)
    {
        var found = await schools.ListAsync(viewer.InstitutionId, after ?? 0, ManagePages.PageSize + 1, cancellationToken);
        return SchoolsPage.Of(new(
            [.. found.Take(ManagePages.PageSize)],
            Lists.Next(found, ManagePages.PageSize, $"{ManagePages.Path}/schools", static s => s.Id.ToString(CultureInfo.InvariantCulture)),
            after is null ? null : $"{ManagePages.Path}/schools"));
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> CreateAsync(
        Form form, Viewer viewer, SchoolStore schools, UserStore users, Reply reply, CancellationToken cancellationToken)
    {
        var managers = await ManagersAsync(form, viewer, users, cancellationToken);
        var draft = new SchoolDraft { Name = form.Text("name"), ManagerIds = managers };
        var change = form.HasFaults ? null : await schools.CreateAsync(viewer.Managed, draft, cancellationToken);
        if (change is Change<School>.Made)
            return reply.Lead($"{ManagePages.Path}/schools", ManageTexts.SchoolCreated);
        Refuse(form, change);
        return SchoolPage.Of(new(School: null, form), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, Viewer viewer, SchoolStore schools, UserStore users, CancellationToken cancellationToken)
    {
        if (await schools.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } school)
            return TypedResults.NotFound();
        var managers = await users.FindAllAsync(viewer.InstitutionId, [.. school.Managers.Select(static m => m.UserId)], cancellationToken);
        return SchoolPage.Of(new(school, Form.Of(
            ("name", school.Name),
            ("managers", string.Join('\n', managers.Select(static m => m.Email).Order(StringComparer.OrdinalIgnoreCase))))));
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> ChangeAsync(
        long id, Form form, Viewer viewer, SchoolStore schools, UserStore users, Reply reply, CancellationToken cancellationToken)
    {
        if (await schools.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } school)
            return TypedResults.NotFound();
        var managers = await ManagersAsync(form, viewer, users, cancellationToken);
        var change = form.HasFaults ? null : await schools.UpdateAsync(
            viewer.Managed, id, _ => new SchoolDraft { Name = form.Text("name"), ManagerIds = managers }, cancellationToken);
        if (change is Change<School>.Made)
            return reply.Lead($"{ManagePages.Path}/schools", ManageTexts.Saved);
        Refuse(form, change);
        return SchoolPage.Of(new(school, form), StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>The users with the addresses that were typed; each one that nobody has is refused by its name.</summary>
    private static async Task<IReadOnlyList<long>> ManagersAsync(
        Form form, Viewer viewer, UserStore users, CancellationToken cancellationToken)
    {
        form.Required("name");
        var emails = form.Text("managers").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return await Emails.FindAsync(form, "managers", emails, viewer, users, cancellationToken);
    }

    private static void Refuse(Form form, Change<School>? change)
    {
        if (change is Change<School>.Refused(var faults))
            form.Refuse(faults.Select(static f => f.Pointer.StartsWith("/manager_ids", StringComparison.Ordinal)
                ? f with { Pointer = "/managers" } : f));
    }
}

/// <summary>Lists of e-mail addresses, as they are typed and pasted.</summary>
internal static class Emails
{
    private const int MostNamed = 20;

    /// <summary>The users who have these addresses, each once; the addresses that nobody has are refused by name.</summary>
    public static async Task<IReadOnlyList<long>> FindAsync(
        Form form, string field, IReadOnlyCollection<string> emails, Viewer viewer, UserStore users, CancellationToken cancellationToken)
    {
        if (emails.Count == 0)
            return [];
        var found = (await users.FindByEmailsAsync(viewer.InstitutionId, emails, cancellationToken))
            .ToDictionary(static u => u.Email, static u => u.Id, StringComparer.OrdinalIgnoreCase);
        var unknown = emails.Where(e => !found.ContainsKey(e)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var email in unknown.Take(MostNamed))
            form.Refuse(field, ManageTexts.EmailUnknown.With(email));
        if (unknown.Count > MostNamed)
            form.Refuse(field, ManageTexts.EmailsUnknownMore.With(unknown.Count - MostNamed));
        return [.. emails.Where(found.ContainsKey).Select(e => found[e]).Distinct()];
    }
}

/// <param name="First">Null where this is the first page.</param>
public sealed record SchoolsModel(IReadOnlyList<School> Schools, string? Next, string? First);

/// <param name="School">Null: a new one.</param>
public sealed record SchoolModel(School? School, Form Form);
