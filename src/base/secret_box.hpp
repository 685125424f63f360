// SecretBox<T>: one T in the locked arena, for keys that live as long as the process.
// Move-only; the T does not move with it, so references into it stay good.
#pragma once

#include "base/secret_arena.hpp"

#include <new>
#include <type_traits>
#include <utility>

namespace rookery {

template <class T>
class SecretBox {
    static_assert(alignof(T) <= 64 && sizeof(T) <= 4096);

 public:
    explicit SecretBox(T&& value) : cell_(arena::allocate(sizeof(T))) {
        static_assert(std::is_nothrow_move_constructible_v<T>);
        object_ = new (cell_.data) T(std::move(value));
    }

    SecretBox(SecretBox&& other) noexcept
        : cell_(std::exchange(other.cell_, {})), object_(std::exchange(other.object_, nullptr)) {}

    SecretBox& operator=(SecretBox&& other) noexcept {
        std::swap(cell_, other.cell_);
        std::swap(object_, other.object_);
        return *this;
    }

    SecretBox(const SecretBox&) = delete;
    SecretBox& operator=(const SecretBox&) = delete;

    ~SecretBox() {
        if (object_ == nullptr) return;
        object_->~T();
        arena::release(cell_);
    }

    [[nodiscard]] const T& operator*() const noexcept { return *object_; }

    [[nodiscard]] const T* operator->() const noexcept { return object_; }

 private:
    arena::Cell cell_;
    T* object_ = nullptr;
};

}  // namespace rookery
