#include "crypto/token_module.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <dlfcn.h>
#include <map>
#include <mutex>
#include <optional>
#include <p11-kit/pkcs11.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace rookery::crypto {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t tokens_max = 64;

std::mutex one_use_at_a_time;

tl::unexpected<Error> said(std::string_view what, CK_RV code) {
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "0x%lX", code);
    return fail(
        Errc::io,
        "the PKCS#11 module fails at " + std::string(what) + " with " + number.data(),
        "the numbers are those of the PKCS#11 standard (CKR_…)"
    );
}

/// Text that the standard fills up with blanks.
template <std::size_t size>
std::string trimmed(const CK_UTF8CHAR (&text)[size]) {
    std::string out(std::begin(text), std::end(text));
    out.erase(
        std::find_if(out.rbegin(), out.rend(), [](char c) { return c != ' ' && c != '\0'; }).base(),
        out.end()
    );
    return out;
}

Result<void> check_file(const fs::path& module) {
    struct stat facts {};

    if (!module.is_absolute()) {
        return fail(Errc::usage, "a PKCS#11 module is named by its absolute path");
    }
    if (::stat(module.c_str(), &facts) != 0) {
        return fail(Errc::not_found, "there is no PKCS#11 module " + module.string());
    }
    const bool ours = facts.st_uid == 0 || facts.st_uid == ::geteuid();
    if (!S_ISREG(facts.st_mode) || !ours || (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail(
            Errc::bad_permissions,
            "the PKCS#11 module " + module.string() + " is not safe to load",
            "a regular file of root or of this user, which nobody else may write"
        );
    }
    return {};
}

/// Loaded for good: modules do not like to be unloaded.
Result<CK_FUNCTION_LIST*> functions_of(const fs::path& module) {
    static std::map<fs::path, CK_FUNCTION_LIST*> loaded;  // under one_use_at_a_time
    if (const auto found = loaded.find(module); found != loaded.end()) return found->second;
    ROOKERY_CHECK(check_file(module));
    void* const library = ::dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        return fail(Errc::io, "the PKCS#11 module " + module.string() + " cannot be loaded");
    }
    const auto get_list =
        reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
    CK_FUNCTION_LIST* functions = nullptr;
    if (get_list == nullptr || get_list(&functions) != CKR_OK || functions == nullptr) {
        return fail(Errc::io, module.string() + " is no PKCS#11 module");
    }
    loaded.emplace(module, functions);
    return functions;
}

/// From C_Initialize to C_Finalize.
class Use {
 public:
    [[nodiscard]] static Result<Use> begin(const fs::path& module) {
        ROOKERY_TRY(auto* const functions, functions_of(module));
        CK_C_INITIALIZE_ARGS arguments{};
        arguments.flags = CKF_OS_LOCKING_OK;
        const auto begun = functions->C_Initialize(&arguments);
        if (begun != CKR_OK && begun != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
            return said("C_Initialize", begun);
        }
        return Use(functions, begun == CKR_OK);
    }

    Use(Use&& other) noexcept
        : functions_(other.functions_), ours_(std::exchange(other.ours_, false)) {}

    Use& operator=(Use&&) = delete;
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    ~Use() {
        if (ours_) functions_->C_Finalize(nullptr);
    }

    [[nodiscard]] CK_FUNCTION_LIST* operator->() const { return functions_; }

 private:
    Use(CK_FUNCTION_LIST* functions, bool ours) : functions_(functions), ours_(ours) {}

    CK_FUNCTION_LIST* functions_;
    bool ours_;
};

struct Found {
    CK_SLOT_ID slot = 0;
    std::string serial;
    CK_FLAGS flags = 0;
};

/// Every token of this label.
Result<std::vector<Found>> tokens_called(const Use& use, std::string_view label) {
    std::array<CK_SLOT_ID, tokens_max> slots{};
    CK_ULONG count = slots.size();
    if (const auto got = use->C_GetSlotList(CK_TRUE, slots.data(), &count); got != CKR_OK) {
        return said("C_GetSlotList", got);
    }
    std::vector<Found> out;
    for (std::size_t i = 0; i < std::min<std::size_t>(count, slots.size()); ++i) {
        CK_TOKEN_INFO info{};
        if (use->C_GetTokenInfo(slots[i], &info) != CKR_OK) continue;
        if (trimmed(info.label) != label) continue;
        out.push_back({slots[i], trimmed(info.serialNumber), info.flags});
    }
    return out;
}

tl::unexpected<Error> no_token(std::string_view label) {
    return fail(
        Errc::not_found,
        "the PKCS#11 module has no token labelled '" + std::string(label) + "'",
        "is it plugged in, and is this its module?"
    );
}

Result<Found> token_of(const Use& use, const TokenKey& key) {
    ROOKERY_TRY(const auto called, tokens_called(use, key.token_label));
    if (called.empty()) return no_token(key.token_label);
    const auto found = std::ranges::find(called, key.token_serial, &Found::serial);
    if (found != called.end()) return *found;
    return fail(
        Errc::wrong_secret,
        "the token labelled '" + key.token_label + "' is another one: its serial number is " +
            called.front().serial + ", and the slot is of " + key.token_serial
    );
}

/// Refused before it is tried when a wrong PIN could lock the token.
Result<void> check_tries(CK_FLAGS flags) {
    if ((flags & CKF_USER_PIN_LOCKED) != 0) {
        return fail(
            Errc::bad_state,
            "the token's PIN is locked",
            "unlock it with the token's own tool and its security officer's PIN"
        );
    }
    if ((flags & CKF_USER_PIN_FINAL_TRY) == 0) return {};
    return fail(
        Errc::bad_state,
        "the token has one try of its PIN left, which is not taken here",
        "enter the right one with the token's own tool; that gives all tries back"
    );
}

class Session {
 public:
    [[nodiscard]] static Result<Session> open(const Use& use, CK_SLOT_ID slot) {
        CK_SESSION_HANDLE handle = CK_INVALID_HANDLE;
        const auto opened = use->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &handle);
        if (opened != CKR_OK) return said("C_OpenSession", opened);
        return Session(use, handle);
    }

    Session(Session&& other) noexcept
        : use_(other.use_),
          handle_(std::exchange(other.handle_, CK_INVALID_HANDLE)),
          logged_in_(std::exchange(other.logged_in_, false)) {}

    Session& operator=(Session&&) = delete;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    ~Session() {
        if (logged_in_) (*use_)->C_Logout(handle_);
        if (handle_ != CK_INVALID_HANDLE) (*use_)->C_CloseSession(handle_);
    }

    [[nodiscard]] CK_SESSION_HANDLE handle() const { return handle_; }

    [[nodiscard]] Result<void> log_in(const SecretBytes& pin) {
        const auto result = pin.expose([&](ByteView bytes) {
            // The standard's parameter is not const, and nothing is written to it.
            auto* const text = const_cast<std::uint8_t*>(bytes.data());
            return (*use_)->C_Login(handle_, CKU_USER, text, bytes.size());
        });
        switch (result) {
            case CKR_OK:
                logged_in_ = true;
                return {};
            case CKR_USER_ALREADY_LOGGED_IN:
                return {};
            case CKR_PIN_INCORRECT:
            case CKR_PIN_LEN_RANGE:
            case CKR_PIN_INVALID:
                return fail(
                    Errc::wrong_secret,
                    "the PIN of the token is wrong",
                    "it was tried once: a token locks itself after a few wrong ones"
                );
            case CKR_PIN_LOCKED:
                return check_tries(CKF_USER_PIN_LOCKED);
            default:
                return said("C_Login", result);
        }
    }

 private:
    Session(const Use& use, CK_SESSION_HANDLE handle) : use_(&use), handle_(handle) {}

    const Use* use_;
    CK_SESSION_HANDLE handle_;
    bool logged_in_ = false;
};

Result<CK_OBJECT_HANDLE> find_key(const Use& use, const Session& session, const Bytes& id) {
    CK_OBJECT_CLASS secret_key = CKO_SECRET_KEY;
    auto wanted = id;
    std::array<CK_ATTRIBUTE, 2> search{
        CK_ATTRIBUTE{CKA_CLASS, &secret_key, sizeof secret_key},
        CK_ATTRIBUTE{CKA_ID, wanted.data(), wanted.size()}};
    const auto begun = use->C_FindObjectsInit(session.handle(), search.data(), search.size());
    if (begun != CKR_OK) return said("C_FindObjectsInit", begun);
    std::array<CK_OBJECT_HANDLE, 2> found{};
    CK_ULONG count = 0;
    const auto listed = use->C_FindObjects(session.handle(), found.data(), found.size(), &count);
    use->C_FindObjectsFinal(session.handle());
    if (listed != CKR_OK) return said("C_FindObjects", listed);
    if (count == 1) return found.front();
    return fail(
        Errc::not_found,
        std::string(
            count == 0 ? "the token has no secret key" : "the token has several secret keys"
        ) + " with the id " +
            to_hex(id)
    );
}

/// Sensitive, not extractable, and allowed to sign: otherwise the secret is not the token's alone.
Result<void> check_key(const Use& use, const Session& session, CK_OBJECT_HANDLE key) {
    CK_BBOOL sensitive = CK_FALSE;
    CK_BBOOL extractable = CK_TRUE;
    CK_BBOOL signs = CK_FALSE;
    std::array<CK_ATTRIBUTE, 3> asked{
        CK_ATTRIBUTE{CKA_SENSITIVE, &sensitive, sizeof sensitive},
        CK_ATTRIBUTE{CKA_EXTRACTABLE, &extractable, sizeof extractable},
        CK_ATTRIBUTE{CKA_SIGN, &signs, sizeof signs}};
    const auto got = use->C_GetAttributeValue(session.handle(), key, asked.data(), asked.size());
    if (got != CKR_OK) return said("C_GetAttributeValue", got);
    if (sensitive == CK_TRUE && extractable == CK_FALSE && signs == CK_TRUE) return {};
    return fail(
        Errc::bad_permissions,
        "the token's key could leave it, or may not sign",
        "make one in the token: pkcs11-tool --keygen --key-type GENERIC:32 --usage-sign --sensitive"
    );
}

Result<SlotSecret> sign(
    const Use& use, const Session& session, CK_OBJECT_HANDLE key, ByteView input
) {
    CK_MECHANISM mechanism{CKM_SHA256_HMAC, nullptr, 0};
    if (const auto begun = use->C_SignInit(session.handle(), &mechanism, key); begun != CKR_OK) {
        return said("C_SignInit", begun);
    }
    SecretBytes out(64);  // one that answers more than it should is not written past
    CK_ULONG size = out.size();
    Bytes bytes(input.begin(), input.end());
    const auto done = out.expose_mutable([&](std::span<std::uint8_t> to) {
        return use->C_Sign(session.handle(), bytes.data(), bytes.size(), to.data(), &size);
    });
    if (done != CKR_OK) return said("C_Sign", done);
    if (size != SlotSecret::size) {
        return fail(Errc::io, "the token's answer is no HMAC-SHA256: it has another length");
    }
    return out.expose([](ByteView answer) {
        return SlotSecret::copy_of(answer.first(SlotSecret::size));
    });
}

}  // namespace

Result<void> load_token_module(const fs::path& module) {
    const std::scoped_lock lock(one_use_at_a_time);
    ROOKERY_CHECK(functions_of(module));
    return {};
}

Result<std::string> serial_of_token(const fs::path& module, std::string_view label) {
    const std::scoped_lock lock(one_use_at_a_time);
    ROOKERY_TRY(const auto use, Use::begin(module));
    ROOKERY_TRY(const auto called, tokens_called(use, label));
    if (called.empty()) return no_token(label);
    if (called.size() == 1) return called.front().serial;
    return fail(
        Errc::invalid_argument,
        "the PKCS#11 module has several tokens labelled '" + std::string(label) + "'",
        "give the one that is meant a label of its own"
    );
}

Result<SlotSecret> token_hmac(
    const fs::path& module, const SecretBytes& pin, const TokenKey& key, ByteView input
) {
    const std::scoped_lock lock(one_use_at_a_time);
    ROOKERY_TRY(const auto use, Use::begin(module));
    ROOKERY_TRY(const auto token, token_of(use, key));
    CK_MECHANISM_INFO hmac{};
    const auto offered = use->C_GetMechanismInfo(token.slot, CKM_SHA256_HMAC, &hmac);
    if (offered != CKR_OK || (hmac.flags & CKF_SIGN) == 0) {
        return fail(Errc::unsupported, "the token cannot compute HMAC-SHA256");
    }
    ROOKERY_CHECK(check_tries(token.flags));
    ROOKERY_TRY(auto session, Session::open(use, token.slot));
    ROOKERY_CHECK(session.log_in(pin));
    ROOKERY_TRY(const auto handle, find_key(use, session, key.id));
    ROOKERY_CHECK(check_key(use, session, handle));
    return sign(use, session, handle, input);
}

}  // namespace rookery::crypto
