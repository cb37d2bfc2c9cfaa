using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>Whether what a draft names is there, in the institution.</summary>
internal static class CatalogReferences
{
    /// <summary>What is wrong with a file that is named; null where it is there and of a kind that will do.</summary>
    /// <param name="takes">Whether the media type will do.</param>
    /// <param name="wanted">What would do, for the sentence.</param>
    public static async Task<string?> FaultOfFileAsync(
        CampusTransaction transaction, string? fileId, Func<string, bool> takes, string wanted, CancellationToken cancellationToken)
    {
        if (fileId is null)
            return null;
        if (!PublicId.TryParse(StoredFile.IdPrefix, fileId, out var id))
            return $"Must be a file's id, {StoredFile.IdPrefix}….";
        // It stays until what refers to it is committed.
        await using var command = transaction.Command(
            "select media_type from files where institution_id = $1 and id = $2 for key share", id);
        if (await command.RowAsync(static row => row.GetString(0), cancellationToken) is not { } mediaType)
            return "Is no file of the institution.";
        return takes(mediaType) ? null : $"Must be {wanted}; the file is {mediaType}.";
    }

    public static Task<string?> FaultOfPictureAsync(CampusTransaction transaction, string? fileId, CancellationToken cancellationToken) =>
        FaultOfFileAsync(
            transaction, fileId, static type => type.StartsWith("image/", StringComparison.Ordinal), "a picture", cancellationToken);

    /// <summary>What a file's id stands for, once it is known to be one.</summary>
    public static Guid? FileIdOf(string? fileId) => PublicId.TryParse(StoredFile.IdPrefix, fileId, out var id) ? id : null;

    /// <summary>Deletes what nothing refers to.</summary>
    /// <returns>Whether it is gone; false where something refers to it, and the transaction can only be let go of.</returns>
    public static async Task<bool> TryDeleteAsync(CampusTransaction transaction, string sql, long id, CancellationToken cancellationToken)
    {
        try
        {
            await transaction.ExecuteAsync(sql, [id], cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return false;
        }
    }

    public static Fault[] At(string pointer, string? fault) => fault is null ? [] : [new Fault(pointer, fault)];
}
