using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Institutions;

/// <summary>Gives a new database its operator's key and an institution to try things with.</summary>
public sealed class Bootstrap(ConfigurationWriter writer, InstitutionStore institutions, OperatorKey operatorKey)
{
    private const string KeySetting = "operator_key";
    private const string DoneSetting = "first_start";
    private const string DemoName = "Demo";
    private const string DemoTimeZone = "America/Sao_Paulo";

    /// <summary>Has the operator's key known that there is already: to be called before anything is served.</summary>
    /// <param name="chosenKey">The operator's key, where the operator chose one.</param>
    public async Task RecallAsync(string? chosenKey, CancellationToken cancellationToken)
    {
        if (chosenKey is not null)
        {
            operatorKey.Set(BearerToken.HashOf(chosenKey));
            return;
        }

        await using var write = await writer.BeginAsync(cancellationToken);
        if (await KeyHashAsync(write, cancellationToken) is { } hash)
            operatorKey.Set(hash);
    }

    /// <summary>
    /// To be called at every start, by any number of nodes at once. What it answers was made just now, and is to be shown: it cannot be
    /// again.
    /// </summary>
    /// <param name="chosenKey">The operator's key, where the operator chose one; else one is made, once.</param>
    public async Task<FirstKeys> EnsureAsync(string? chosenKey, CancellationToken cancellationToken)
    {
        await using var write = await writer.BeginAsync(cancellationToken);
        var shownKey = chosenKey is null ? await EnsureKeyAsync(write, cancellationToken) : null;
        operatorKey.Set(chosenKey is null ? (await KeyHashAsync(write, cancellationToken))! : BearerToken.HashOf(chosenKey));
        var demo = await InsertSettingAsync(write, DoneSetting, [], cancellationToken)
            ? await institutions.InsertAsync(write, DemoName, DemoTimeZone, cancellationToken)
            : null;
        if (shownKey is not null || demo is not null)
            await write.CommitAsync(cancellationToken);
        return new FirstKeys(shownKey, demo);
    }

    private static async Task<string?> EnsureKeyAsync(ConfigurationWrite write, CancellationToken cancellationToken)
    {
        var token = BearerToken.Generate();
        return await InsertSettingAsync(write, KeySetting, BearerToken.HashOf(token), cancellationToken) ? token : null;
    }

    private static async Task<byte[]?> KeyHashAsync(ConfigurationWrite write, CancellationToken cancellationToken)
    {
        await using var command = write.Command("select value from settings where name = $1", KeySetting);
        return (byte[]?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task<bool> InsertSettingAsync(
        ConfigurationWrite write, string name, byte[] value, CancellationToken cancellationToken) =>
        await write.ExecuteAsync(
            "insert into settings (name, value) values ($1, $2) on conflict do nothing", [name, value], cancellationToken) == 1;
}

/// <summary>What the first start made; null where that exists already.</summary>
/// <param name="OperatorKey">The operator's key.</param>
/// <param name="Demo">The demo institution's key.</param>
public sealed record FirstKeys(string? OperatorKey, IssuedKey? Demo);
