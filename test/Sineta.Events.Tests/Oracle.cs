using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sineta.Events.Tests;

/// <summary>A node process with ajv, standardwebhooks and svix, asked over its standard streams.</summary>
public sealed class Oracle : IDisposable
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "oracles", "oracle.mjs");

    private readonly Lock _turn = new();
    private readonly Process _node = Process.Start(new ProcessStartInfo("node", [Script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        StandardInputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
    })!;

    public bool Validates(string schema, string body) =>
        Ask(new JsonObject { ["ask"] = "validate", ["schema"] = schema, ["body"] = body }).GetValue<bool>();

    public string Sign(string library, string secret, string id, long timestamp, string body) => Ask(new JsonObject
    {
        ["ask"] = "sign",
        ["library"] = library,
        ["secret"] = secret,
        ["id"] = id,
        ["timestamp"] = timestamp,
        ["body"] = body,
    }).GetValue<string>();

    public bool Verifies(string library, string secret, string body, JsonObject headers) => Ask(new JsonObject
    {
        ["ask"] = "verify",
        ["library"] = library,
        ["secret"] = secret,
        ["body"] = body,
        ["headers"] = headers,
    }).GetValue<bool>();

    public void Dispose()
    {
        _node.StandardInput.Close();
        _node.WaitForExit();
        _node.Dispose();
    }

    private JsonNode Ask(JsonObject question)
    {
        lock (_turn)
        {
            _node.StandardInput.WriteLine(question.ToJsonString(OneLine));
            _node.StandardInput.Flush();
            return JsonNode.Parse(_node.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The oracle ended."))!;
        }
    }
}
