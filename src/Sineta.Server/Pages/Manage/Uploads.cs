using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Learning;
using Sineta.Learning.Catalog;

namespace Sineta.Server.Pages.Manage;

/// <summary>Takes the file that a form carries.</summary>
internal static class Uploads
{
    /// <summary>What a file's field may be called beside the id that it becomes: <c>cover</c> for <c>cover_id</c>.</summary>
    private const string IdSuffix = "_id";

    private const long OtherFields = 4 * 1024 * 1024;

    /// <summary>
    /// Keeps a file that was chosen, and answers its id; else the id that the form already had, or null where that was to be let go. What
    /// the file is tell its first bytes, as browsers disagree on the names.
    /// </summary>
    /// <param name="field">The file's field; the one with the id is called so with <c>_id</c> behind.</param>
    public static async Task<string?> TakeAsync(
        Form form, HttpRequest request, string field, Institution institution, FileStore files, CancellationToken cancellationToken)
    {
        var idField = field + IdSuffix;
        if (request.HasFormContentType && request.Form.Files[field] is { Length: > 0 } sent)
        {
            await using var bytes = sent.OpenReadStream();
            var kind = await KindOfAsync(bytes, cancellationToken);
            if (FaultOf(kind, sent.Length) is { } fault)
            {
                form.Refuse(idField, fault);
                return null;
            }

            var change = await files.CreateAsync(institution, Path.GetFileName(sent.FileName), kind?.MediaType, bytes, cancellationToken);
            if (change is Change<StoredFile>.Made(var file))
            {
                var id = PublicId.Format(StoredFile.IdPrefix, file.Id);
                form.Put(idField, id);
                return id;
            }

            if (change is Change<StoredFile>.Refused(var faults))
                form.Refuse(idField, Sentences.InPageLanguage(faults[0].Message));
            return null;
        }

        if (form.Has($"no_{field}", "1"))
            form.Put(idField, "");
        return form.TextOrNull(idField);
    }

    /// <summary>What a person is told, in megabytes and without media types; the rest is told by the rules.</summary>
    private static string? FaultOf(FileKind? kind, long size) =>
        kind is null ? ManageTexts.FileKindRefused
        : size > kind.MostBytes ? ManageTexts.FileTooLarge.With(kind.MostBytes / (1024 * 1024))
        : null;

    private static async Task<FileKind?> KindOfAsync(Stream bytes, CancellationToken cancellationToken)
    {
        var first = new byte[FileKinds.MarkLength];
        var read = await bytes.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
        return FileKinds.All.FirstOrDefault(kind => kind.Marks(first.AsSpan(0, read)));
    }

    /// <summary>Lets a form carry the largest file of any kind.</summary>
    public static TBuilder TakesFiles<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.TakesFiles(FileKinds.MostBytes);

    /// <summary>Lets a form carry a file of so many bytes.</summary>
    public static TBuilder TakesFiles<TBuilder>(this TBuilder route, long mostBytes)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new FormSize(mostBytes + OtherFields));
}
