using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Events;
using Sineta.Learning;
using Sineta.Learning.Imports;
using Sineta.Learning.People;
using Sineta.Server.Api;

namespace Sineta.Server.Pages.Manage;

/// <summary>Imports: the list, a new one from a file, and one with its progress and its refused rows.</summary>
internal static class ImportPages
{
    private const int MostRefusals = 50;
    private const int Megabyte = 1024 * 1024;

    public static void Map(RouteGroupBuilder imports)
    {
        imports.MapGet("", ListAsync);
        imports.MapPost("", ReceiveAsync).TakesFiles(ImportIntake.MaxBytes);
        imports.MapGet("/new", static RazorComponentResult (string? kind) => NewImportPage.Of(new(KindOf(kind), Form.Of())));
        imports.MapGet("/sample", static (string? kind, string? format, Viewer viewer) =>
            ImportGuide.SampleOf(KindOf(kind), FormatOf(format)).For(Sheets.Of(viewer.Managed.Clock)));
        imports.MapGet("/{id:long}", ShowAsync);
        imports.MapGet("/{id:long}/progress", ShowProgressAsync);
        imports.MapGet("/{id:long}/refused", DownloadRefusedAsync);
        imports.MapPost("/{id:long}/cancel", CancelAsync);
    }

    public static string PathOf(long id) => $"{ManagePages.Path}/imports/{id}";

    /// <summary>The most a file has, in megabytes.</summary>
    public static int MostMegabytes => ImportIntake.MaxBytes / Megabyte;

    private static async Task<RazorComponentResult> ListAsync(
        long? after, Viewer viewer, ImportStore imports, CancellationToken cancellationToken)
    {
        var found = await imports.ListAsync(viewer.InstitutionId, after, ManagePages.PageSize + 1, cancellationToken);
        const string address = $"{ManagePages.Path}/imports";
        var next = Lists.Next(found, ManagePages.PageSize, address, static i => i.Id.ToString(CultureInfo.InvariantCulture));
        return ImportsPage.Of(new([.. found.Take(ManagePages.PageSize)], next, after is null ? null : address));
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> ReceiveAsync(
        Form form, HttpRequest request, Viewer viewer, ImportIntake intake, CancellationToken cancellationToken)
    {
        if (!Words.TryParse<ImportKind>(form.Text("kind"), out var kind))
            form.Refuse(RefusedForms.Whole, ImportTexts.UnknownKind);
        var file = FileOf(form, request);
        if (!form.HasFaults && file is not null)
        {
            await using var bytes = file.OpenReadStream();
            var change = await TakeInAsync(bytes, kind, form, viewer, intake, cancellationToken);
            if (change is Change<Import>.Made(var import))
                return TypedResults.LocalRedirect(PathOf(import.Id));
            if (change is Change<Import>.Refused(var faults))
            {
                foreach (var fault in faults)
                    form.Refuse("file", SentenceOf(fault));
            }
        }

        return NewImportPage.Of(new(kind, form), StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>Null where the form says what is wrong.</summary>
    private static async Task<Change<Import>?> TakeInAsync(
        Stream bytes, ImportKind kind, Form form, Viewer viewer, ImportIntake intake, CancellationToken cancellationToken)
    {
        var beginning = new byte[256];
        beginning = beginning[..await bytes.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellationToken)];
        bytes.Position = 0;
        if (ImportFile.IsWorkbook(beginning))
        {
            form.Refuse("file", ImportTexts.IsWorkbook);
            return null;
        }

        var format = ImportFile.FormatOf(beginning);
        await using var file = format is ImportFormat.Csv ? await ImportFile.ReadAsync(bytes, cancellationToken) : bytes;
        return await intake.ReceiveAsync(viewer.Managed, kind, format, form.Has("tell", "1"), Role.Manager, file, cancellationToken);
    }

    private static Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, int? after, Viewer viewer, ImportStore imports, CancellationToken cancellationToken) =>
        FindAsync(id, after, viewer, imports, static model => ImportPage.Of(model), cancellationToken);

    private static Task<Results<RazorComponentResult, NotFound>> ShowProgressAsync(
        long id, int? after, Viewer viewer, ImportStore imports, CancellationToken cancellationToken) =>
        FindAsync(id, after, viewer, imports, static model => ImportProgress.Of(model), cancellationToken);

    private static async Task<Results<RazorComponentResult, NotFound>> FindAsync(
        long id, int? after, Viewer viewer, ImportStore imports, Func<ImportModel, RazorComponentResult> show,
        CancellationToken cancellationToken)
    {
        if (await imports.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } import)
            return TypedResults.NotFound();
        var refused = await imports.RefusalsAsync(viewer.InstitutionId, id, after ?? 0, MostRefusals + 1, cancellationToken);
        var next = Lists.Next(refused, MostRefusals, PathOf(id), static r => r.Line.ToString(CultureInfo.InvariantCulture));
        return show(new(import, [.. refused.Take(MostRefusals)], after, next));
    }

    private static async Task<Results<TableExport, NotFound>> DownloadRefusedAsync(
        long id, Viewer viewer, ImportStore imports, CancellationToken cancellationToken) =>
        await imports.FindAsync(viewer.InstitutionId, id, cancellationToken) is { } import
            ? new TableExport(
                    $"import-{import.Id}-refused", "csv", [.. ImportColumns.Of(import.Kind).All, .. ImportColumns.Refusal],
                    CellsAsync(imports, viewer.InstitutionId, import, cancellationToken))
                .For(Sheets.Of(viewer.Managed.Clock))
            : TypedResults.NotFound();

    private static async Task<Results<RedirectHttpResult, NotFound>> CancelAsync(
        long id, Viewer viewer, ImportStore imports, Reply reply, CancellationToken cancellationToken)
    {
        await imports.CancelAsync(viewer.InstitutionId, id, cancellationToken);
        if (await imports.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } import)
            return TypedResults.NotFound();
        return import.State is ImportState.Cancelled
            ? reply.Lead(PathOf(id), ImportTexts.WasCancelled) : reply.Fail(PathOf(id), ImportTexts.CancelTooLate);
    }

    // As it can be corrected and sent again.
    private static async IAsyncEnumerable<object?[]> CellsAsync(
        ImportStore imports, long institutionId, Import import, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var nothing = new string?[ImportColumns.Of(import.Kind).All.Count];
        await foreach (var refusal in imports.AllRefusalsAsync(institutionId, import.Id, cancellationToken))
        {
            var columns = string.Join(", ", refusal.Faults.Select(static f => Sheets.HeaderOf(f.Pointer)));
            var reasons = string.Join(' ', refusal.Faults.Select(static f => Sentences.InPageLanguage(f.Message)));
            yield return [.. refusal.Cells.Count > 0 ? refusal.Cells : nothing, refusal.Line, columns, reasons];
        }
    }

    private static IFormFile? FileOf(Form form, HttpRequest request)
    {
        var file = request.HasFormContentType ? request.Form.Files["file"] : null;
        if (file is not { Length: > 0 })
            form.Refuse("file", ImportTexts.ChooseFile);
        else if (file.Length > ImportIntake.MaxBytes)
            form.Refuse("file", ImportTexts.TooLarge.With(MostMegabytes));
        return file;
    }

    // A header's fault is of the column whose place its pointer ends in.
    private static string SentenceOf(Fault fault)
    {
        var sentence = Sentences.InPageLanguage(fault.Message);
        return int.TryParse(fault.Pointer.Split('/')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? ImportTexts.HeaderFault.With(place + 1, sentence) : sentence;
    }

    private static ImportKind KindOf(string? word) => Words.TryParse<ImportKind>(word, out var kind) ? kind : ImportKind.Users;

    private static string FormatOf(string? word) => TableExport.Formats.FirstOrDefault(f => f == word) ?? "csv";
}

/// <param name="First">Null where this is the first page.</param>
public sealed record ImportsModel(IReadOnlyList<Import> Imports, string? Next, string? First);

public sealed record NewImportModel(ImportKind Kind, Form Form);

/// <param name="Refusals">A page of its refused rows.</param>
/// <param name="After">The line after which that page begins; null for the first one.</param>
/// <param name="Next">The address of the next page; null on the last one.</param>
public sealed record ImportModel(Import Import, IReadOnlyList<ImportRefusal> Refusals, int? After, string? Next);
